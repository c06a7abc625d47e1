/* Taking memory for a guest. */
#include "vmx/guests/site.h"

#include "kernel/result.h"
#include "lib/range.h"

struct hpa guest_site_pages(const struct guest_site *site, uint64_t count)
{
    uint64_t address;
    const uint64_t large = pagetable_span(2);
    uint64_t align = count * PAGE_SIZE >= large ? large : PAGE_SIZE;
    if (!memory_take(site->memory, count, align, UINT64_MAX, &address)) {
        finish(RESULT_UNSUPPORTED,
               "the guest needs %llu KiB of consecutive memory, found %llu KiB free in all; lower "
               "pages= or mem=, or add memory",
               (unsigned long long)(count * PAGE_SIZE / 1024),
               (unsigned long long)(range_set_total(&site->memory->free) / 1024));
    }
    return (struct hpa){address};
}
