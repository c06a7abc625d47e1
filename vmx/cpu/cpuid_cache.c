/* Empties the cache of CPUID answers, and stores answers in it. */
#include "vmx/cpu/cpuid_cache.h"

void cpuid_cache_forget(struct cpuid_cache *cache)
{
    for (unsigned i = 0; i < CPUID_CACHE_SIZE; i++) {
        cache->at[i].key =
            cpuid_cache_place(0) == i ? 1 : 0; /* key 1 does not belong to the place of key 0 */
    }
}

void cpuid_cache_keep(struct cpuid_cache *cache, uint32_t leaf, uint32_t subleaf,
                      struct cpuid answer)
{
    const uint64_t key = cpuid_cache_key(leaf, subleaf);
    cache->at[cpuid_cache_place(key)] = (struct cpuid_answer){key, answer};
}
