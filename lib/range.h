/* Sets of address ranges: sorted, disjoint, never touching one another. The memory map, the page
 * allocator and the checks for overlaps are all one of these. */
#ifndef LIB_RANGE_H
#define LIB_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Addresses start <= a < end, in bytes. Empty where start == end. */
struct range {
    uint64_t start;
    uint64_t end;
};

/* The storage belongs to whoever made the set; count ranges at `at` are in use. */
struct range_set {
    struct range *at;
    size_t count;
    size_t capacity;
};

/* The range of `length` bytes from start, cut off at the last 64-bit address (UINT64_MAX is never
 * inside). */
struct range range_make(uint64_t start, uint64_t length);
bool range_overlaps(struct range a, struct range b);

/* The largest range of whole units (a power of two, in bytes) inside; empty where there is none. */
struct range range_shrink(struct range range, uint64_t unit);
/* The smallest range of whole units around, cut off as by range_make. */
struct range range_grow(struct range range, uint64_t unit);

/* Adds or removes every address of range. Returns false where the result has more ranges than the
 * storage holds: the set is then as it was. An empty range changes nothing. */
bool range_set_add(struct range_set *set, struct range range);
bool range_set_remove(struct range_set *set, struct range range);

/* Makes *set equal to *from. Returns false where its storage is too small: the set is then as it
 * was. */
bool range_set_copy(struct range_set *set, const struct range_set *from);

/* Removes `count` ranges. Returns false at the first for which the storage is too small: those
 * before it have been removed. */
bool range_set_remove_all(struct range_set *set, const struct range *ranges, size_t count);

/* Removes `size` bytes (> 0) that start at a multiple of align (a power of two) and end at or
 * below limit: the lowest there are. Returns false where there are none, or where the rest would
 * not fit the storage. */
bool range_set_take(struct range_set *set, uint64_t size, uint64_t align, uint64_t limit,
                    uint64_t *start);

/* Whether each, or any, address of range is in the set; of an empty range: true, and false. */
bool range_set_contains(const struct range_set *set, struct range range);
bool range_set_touches(const struct range_set *set, struct range range);

/* Bytes in the set. */
uint64_t range_set_total(const struct range_set *set);

#endif
