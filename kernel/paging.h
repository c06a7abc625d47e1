/* The kernel's own page tables: virtual = physical, every byte of RAM reachable, nothing both
 * writable and executable, nothing at page 0 nor below a stack (SDM Vol 3A §4.5). */
#ifndef KERNEL_PAGING_H
#define KERNEL_PAGING_H

#include "kernel/memory.h"
#include "kernel/percpu.h"
#include "lib/pagetable.h"

/* Builds the tables. Ends the machine with a reason where it lacks NX or memory. cpu: whose stacks
 * get their guard pages. */
void paging_build(struct memory *memory, const struct percpu *cpu);

/* Has the processor use them: what was not mapped is out of reach. */
void paging_switch(void);

/* Maps the page of a device at this address, uncached, where it is not mapped yet. */
void paging_map_device(uint64_t address);

/* Maps the pages of a framebuffer of `size` bytes, write-combining. Returns false where some of
 * them are in use, as RAM is, or there is no memory for page tables; they are not to be written to
 * then. */
bool paging_map_framebuffer(uint64_t address, uint64_t size);

/* Whether all `size` bytes from address are mapped, so that reading them is no fault. */
bool paging_maps(uint64_t address, uint64_t size);

/* Copies `size` bytes of memory from address; false where not all of them are mapped. The context
 * is unused. */
bool paging_read(void *context, uint64_t address, void *bytes, size_t size);

/* Page source over the machine's memory: zeroed pages below 4 GiB, which every page table, the
 * early one included, reaches. */
struct memory_source {
    struct page_source source;
    struct memory *memory;
};
void memory_source_init(struct memory_source *source, struct memory *memory);

#endif
