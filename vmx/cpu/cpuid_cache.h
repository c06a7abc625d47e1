/* Caches the CPUID answers for a guest, because computing an answer walks a long table. Pure. */
#ifndef VMX_CPU_CPUID_CACHE_H
#define VMX_CPU_CPUID_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/x86.h"

enum { CPUID_CACHE_BITS = 8, CPUID_CACHE_SIZE = 1 << CPUID_CACHE_BITS };

struct cpuid_cache {
    struct cpuid_answer {
        uint64_t key; /* leaf and subleaf; a key of another place marks an empty place */
        struct cpuid answer;
    } at[CPUID_CACHE_SIZE];
};

/* Empties the cache. Call it before the first use, and whenever an answer may have changed. */
void cpuid_cache_forget(struct cpuid_cache *cache);

/* Stores an answer. It replaces the answer that was in the same place. */
void cpuid_cache_keep(struct cpuid_cache *cache, uint32_t leaf, uint32_t subleaf,
                      struct cpuid answer);

static inline uint64_t cpuid_cache_key(uint32_t leaf, uint32_t subleaf)
{
    return (uint64_t)leaf << 32 | subleaf;
}

/* Returns the place of a key: the high bits of a product. The factor was found by trial: with it,
 * no two of the leaves that kernels use share a place (tests/unit/vmx/cpu/test_cpuid_cache.c lists
 * them). */
static inline unsigned cpuid_cache_place(uint64_t key)
{
    return (unsigned)(key * UINT64_C(0x5e6f0f8597e0cdbd) >> (64 - CPUID_CACHE_BITS));
}

/* Returns the answer, or NULL if it is not in the cache. */
static inline const struct cpuid *cpuid_cache_find(const struct cpuid_cache *cache, uint32_t leaf,
                                                   uint32_t subleaf)
{
    const uint64_t key = cpuid_cache_key(leaf, subleaf);
    const struct cpuid_answer *at = &cache->at[cpuid_cache_place(key)];
    return at->key == key ? &at->answer : NULL;
}

#endif
