/* Taking pages from the machine's memory. */
#include "kernel/memory_source.h"

#include "boot/start.h"
#include "lib/address.h"
#include "lib/string.h"

static bool take(struct page_source *source, uint64_t *page)
{
    struct memory *memory = ((struct memory_source *)source)->memory;
    if (!memory_take(memory, 1, PAGE_SIZE, BOOT_MAPPED_END, page))
        return false;
    memset((void *)*page, 0, PAGE_SIZE);
    return true;
}

static void *view(struct page_source *source, uint64_t page)
{
    (void)source;
    return (void *)page;
}

void memory_source_init(struct memory_source *source, struct memory *memory)
{
    *source = (struct memory_source){{take, view}, memory};
}
