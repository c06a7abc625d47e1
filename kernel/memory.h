/* The machine's memory: what is RAM, and which of it is free. Pure but for its callers. */
#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot/multiboot2.h"
#include "lib/range.h"

enum { MEMORY_RANGES_MAX = 1024 };

/* Nothing below is ever handed out: page 0, the BIOS's data, the real-mode code of other CPUs. */
#define MEMORY_LOWEST UINT64_C(0x100000)

/* What lies above has no address of its own where virtual is physical: linear addresses of the
 * lower half have 47 bits. */
#define MEMORY_END (UINT64_C(1) << 47)

/* Where words of memory on the command line may be (vmx/override.h): low memory, of which nothing
 * is handed out, past the tables of the BIOS and below where it loads boot sectors. */
#define MEMORY_SCRATCH ((struct range){0x2000, 0x6000})

struct memory {
    struct range_set ram;  /* what the loader calls available, in whole pages */
    struct range_set free; /* what may still be taken */
    bool scratch;          /* MEMORY_SCRATCH is RAM, and nothing is kept there */
    struct range ram_storage[MEMORY_RANGES_MAX];
    struct range free_storage[MEMORY_RANGES_MAX];
};

/* Takes the memory map. An address that any entry calls something other than available is not RAM,
 * whatever else is said of it. The count ranges at keep, and the modules, are never handed out.
 * Returns false where the map has too many holes to be kept. */
bool memory_init(struct memory *memory, const struct boot_info *info, const struct range *keep,
                 size_t count);

/* Makes *set all RAM except `count` ranges, each of which can split one range in two. Returns false
 * where the storage is too small. */
bool memory_ram_except(const struct memory *memory, const struct range *except, size_t count,
                       struct range_set *set);

/* Makes *taken the memory in use from MEMORY_LOWEST up (the kernel, its tables, modules, a guest's
 * pages), except the `count` pages at these addresses. Returns false where the storage is
 * too small. */
bool memory_taken(const struct memory *memory, const uint64_t *except, size_t count,
                  struct range_set *taken);

/* Takes `count` pages in a row, aligned to `align` bytes, that end at or below limit. Their
 * contents are whatever was there. Returns false where there are none, and for a count of 0. */
bool memory_take(struct memory *memory, uint64_t count, uint64_t align, uint64_t limit,
                 uint64_t *address);

#endif
