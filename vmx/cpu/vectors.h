/* A set of interrupt vectors, like the IRR of a local APIC. Pure. */
#ifndef VMX_CPU_VECTORS_H
#define VMX_CPU_VECTORS_H

#include <stdbool.h>
#include <stdint.h>

struct vectors {
    uint64_t bits[4];
};

static inline void vectors_add(struct vectors *set, uint8_t vector)
{
    set->bits[vector / 64] |= UINT64_C(1) << vector % 64;
}

static inline void vectors_remove(struct vectors *set, uint8_t vector)
{
    set->bits[vector / 64] &= ~(UINT64_C(1) << vector % 64);
}

/* Returns the vector with the highest priority, or -1 if the set is empty. */
static inline int vectors_highest(const struct vectors *set)
{
    for (int i = 3; i >= 0; i--) {
        if (set->bits[i] != 0)
            return 64 * i + 63 - __builtin_clzll(set->bits[i]);
    }
    return -1;
}

#endif
