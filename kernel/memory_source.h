/* The pages that translation tables are made of, the kernel's own and EPT's. */
#ifndef KERNEL_MEMORY_SOURCE_H
#define KERNEL_MEMORY_SOURCE_H

#include "kernel/memory.h"
#include "lib/pagetable.h"

/* A page source that takes zeroed pages below BOOT_MAPPED_END, which the boot's page tables reach
 * as well as the kernel's. */
struct memory_source {
    struct page_source source;
    struct memory *memory;
};
void memory_source_init(struct memory_source *source, struct memory *memory);

#endif
