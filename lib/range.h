/* Sets of address ranges. The ranges of a set are sorted and neither overlap nor touch. The memory
 * map, the page allocator and the overlap checks all use such sets. */
#ifndef LIB_RANGE_H
#define LIB_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Addresses start <= a < end, in bytes. Empty if start == end. */
struct range {
    uint64_t start;
    uint64_t end;
};

/* The creator of the set provides the storage at `at`. The first `count` ranges are in use. */
struct range_set {
    struct range *at;
    size_t count;
    size_t capacity;
};

/* Returns the range of `length` bytes from start, cut off at the end of the 64-bit address space.
 * UINT64_MAX itself is never in a range. */
struct range range_make(uint64_t start, uint64_t length);
bool range_overlaps(struct range a, struct range b);

/* Returns the largest range inside `range` whose ends are multiples of unit (a power of two, in
 * bytes). The result is empty if there is none. */
struct range range_shrink(struct range range, uint64_t unit);
/* Returns the smallest range around `range` whose ends are multiples of unit, cut off as by
 * range_make. */
struct range range_grow(struct range range, uint64_t unit);

/* Add or remove every address of range. Return false and leave the set unchanged if the result
 * needs more ranges than the storage holds. An empty range changes nothing. */
bool range_set_add(struct range_set *set, struct range range);
bool range_set_remove(struct range_set *set, struct range range);

/* Makes *set equal to *from. Returns false and leaves *set unchanged if its storage is too
 * small. */
bool range_set_copy(struct range_set *set, const struct range_set *from);

/* Removes `count` ranges in order. Returns false at the first one for which the storage is too
 * small; the ranges before it stay removed. */
bool range_set_remove_all(struct range_set *set, const struct range *ranges, size_t count);

/* Removes the lowest `size` bytes (> 0) that start at a multiple of align (a power of two) and end
 * at or below limit, and sets *start to their address. Returns false if there are none or if the
 * remaining ranges do not fit into the storage. */
bool range_set_take(struct range_set *set, uint64_t size, uint64_t align, uint64_t limit,
                    uint64_t *start);

/* Returns true if every address of range is in the set. An empty range gives true. */
bool range_set_contains(const struct range_set *set, struct range range);

/* Returns the number of bytes in the set. */
uint64_t range_set_total(const struct range_set *set);

#endif
