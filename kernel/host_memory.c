/* Checksums of the host's memory. */
#include "kernel/host_memory.h"

#include "kernel/log.h"
#include "lib/checksum.h"

uint64_t host_memory_sum(const struct range_set *pages)
{
    uint64_t sum = CHECKSUM_BEGIN;
    for (size_t i = 0; i < pages->count; i++) {
        sum = checksum_add(sum, (const void *)pages->at[i].start,
                           pages->at[i].end - pages->at[i].start);
    }
    return sum;
}

bool host_memory_compare(const struct range_set *pages, uint64_t before)
{
    const uint64_t after = host_memory_sum(pages);
    struct line *line = log_begin("host");
    line_decimal(line, "kib", range_set_total(pages) / 1024);
    line_hex(line, "before", before);
    line_hex(line, "after", after);
    line_end(line);
    return after == before;
}
