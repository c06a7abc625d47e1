/* The machine's memory: which ranges are RAM, and which of them are free. Pure. */
#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot/multiboot2.h"
#include "lib/range.h"

enum { MEMORY_RANGES_MAX = 1024 };

/* Memory below this address is never handed out: page 0, data of the BIOS, and room for real-mode
 * code of other processors. */
#define MEMORY_LOWEST UINT64_C(0x100000)

/* Memory from this address up has no virtual address: virtual addresses equal physical ones, and
 * those of the lower half have 47 bits. */
#define MEMORY_END (UINT64_C(1) << 47)

/* Where memory.<address>= may write (vmx/override.h). This low memory is never handed out. It lies
 * above the tables of the BIOS and below the place of boot sectors. */
#define MEMORY_SCRATCH ((struct range){0x2000, 0x6000})

struct memory {
    struct range_set ram;  /* memory that the loader calls available, in whole pages */
    struct range_set free; /* memory that memory_take() can hand out */
    bool scratch;          /* MEMORY_SCRATCH is RAM and not in use */
    struct range ram_storage[MEMORY_RANGES_MAX];
    struct range free_storage[MEMORY_RANGES_MAX];
};

/* Takes the memory map. If entries overlap, memory is RAM only if all of them call it available.
 * The `count` ranges at keep and the modules are never handed out. Returns false if the map has too
 * many ranges. */
bool memory_init(struct memory *memory, const struct boot_info *info, const struct range *keep,
                 size_t count);

/* Makes *set all RAM except `count` ranges. Each exception can split a range in two. Returns false
 * if the storage is too small. */
bool memory_ram_except(const struct memory *memory, const struct range *except, size_t count,
                       struct range_set *set);

/* Makes *taken all memory in use from MEMORY_LOWEST up (kernel, page tables, modules, pages of a
 * guest), except `count` pages at the addresses in except. Returns false if the storage is too
 * small. */
bool memory_taken(const struct memory *memory, const uint64_t *except, size_t count,
                  struct range_set *taken);

/* Takes `count` consecutive pages that are aligned to `align` bytes and end at or below limit. Does
 * not clear them. Returns false if there are none, or if count is 0. */
bool memory_take(struct memory *memory, uint64_t count, uint64_t align, uint64_t limit,
                 uint64_t *address);

#endif
