/* Provides pages for translation tables: the kernel's own page tables, and EPT. */
#ifndef KERNEL_MEMORY_SOURCE_H
#define KERNEL_MEMORY_SOURCE_H

#include "kernel/memory.h"
#include "lib/pagetable.h"

/* A source of zeroed pages below BOOT_MAPPED_END. The page tables of boot/start.asm map them, and
 * so do the kernel's. */
struct memory_source {
    struct page_source source;
    struct memory *memory;
};
void memory_source_init(struct memory_source *source, struct memory *memory);

#endif
