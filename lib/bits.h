/* Masks, bit fields of hardware words, and alignment. */
#ifndef LIB_BITS_H
#define LIB_BITS_H

#include <stdbool.h>
#include <stdint.h>

/* One bit of a 64-bit word, 0 <= n <= 63. */
#define BIT(n) (UINT64_C(1) << (n))

/* Bits hi down to lo of a 64-bit word, both included, as the SDM writes "bits hi:lo". */
#define BITS(hi, lo) ((~UINT64_C(0) >> (63 - (hi))) & (~UINT64_C(0) << (lo)))

#define ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Returns bits hi:lo of word, shifted down to bit 0. */
static inline uint64_t bits_get(uint64_t word, unsigned hi, unsigned lo)
{
    return (word & BITS(hi, lo)) >> lo;
}

/* Rounds value down to a multiple of unit, a power of two. */
static inline uint64_t align_down(uint64_t value, uint64_t unit)
{
    return value & ~(unit - 1);
}

/* Rounds value up to a multiple of unit, a power of two; wraps to 0 past the last multiple. */
static inline uint64_t align_up(uint64_t value, uint64_t unit)
{
    return align_down(value + unit - 1, unit);
}

static inline bool is_aligned(uint64_t value, uint64_t unit)
{
    return (value & (unit - 1)) == 0;
}

#endif
