/* The kernel's own page tables (SDM Vol 3A §4.5). Virtual addresses equal physical ones, and all
 * RAM is mapped. Nothing is both writable and executable. Page 0 and the page below each stack are
 * not mapped. */
#ifndef KERNEL_PAGING_H
#define KERNEL_PAGING_H

#include "kernel/memory.h"
#include "kernel/percpu.h"
#include "lib/pagetable.h"

/* Builds the tables. memory: the RAM to map. pages: pages for the tables; keeps the pointer,
 * because devices are mapped later. cpu: the stacks that get guard pages. If the processor lacks NX
 * or there are no pages, ends the machine with a result line that says so. */
void paging_build(const struct memory *memory, struct page_source *pages, const struct percpu *cpu);

/* Makes the processor use the tables. Memory that they do not map is no longer accessible. */
void paging_switch(void);

/* Maps the page of a device at this address as uncached, unless it is mapped already. */
void paging_map_device(uint64_t address);

/* Maps the pages of a framebuffer of `size` bytes as write-combining. Returns false if some of them
 * are mapped already, for example as RAM, or if there is no memory for page tables. The caller must
 * not write to the framebuffer then. */
bool paging_map_framebuffer(uint64_t address, uint64_t size);

/* Copies `size` bytes of memory from address. Returns false if not all of them are mapped. context
 * is unused. */
bool paging_read(void *context, uint64_t address, void *bytes, size_t size);

#endif
