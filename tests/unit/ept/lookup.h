/* Translates a guest-physical address as the processor would. */
#ifndef TESTS_UNIT_EPT_LOOKUP_H
#define TESTS_UNIT_EPT_LOOKUP_H

#include "ept/ept.h"

struct ept_translation {
    bool present;
    unsigned level;  /* level of the entry at which the walk ended, 4 down to 1 */
    uint64_t entry;  /* the entry at which the walk ended */
    uint64_t access; /* the rights that all levels grant: EPT_READ | EPT_WRITE | EPT_EXECUTE */
    enum memory_type type; /* valid if present */
    struct hpa to;         /* valid if present */
};

static inline struct ept_translation ept_lookup(const struct ept *ept, struct gpa from)
{
    struct pagetable_walk walk = pagetable_lookup(&ept->table, from.value);
    struct ept_translation translation = {
        .present = walk.present,
        .level = walk.level,
        .entry = walk.entry,
        .access = walk.rights & (EPT_READ | EPT_WRITE | EPT_EXECUTE),
    };

    if (walk.present) {
        translation.type = (enum memory_type)bits_get(walk.entry, 5, 3);
        translation.to.value = walk.to;
    }
    return translation;
}

#endif
