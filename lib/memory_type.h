/* Memory types, and which physical address is of which. Pure. */
#ifndef LIB_MEMORY_TYPE_H
#define LIB_MEMORY_TYPE_H

#include <stddef.h>
#include <stdint.h>

/* As EPT entries, the EPT pointer, MTRRs and PAT encode them (SDM Vol 3A §11.3). */
enum memory_type {
    MEMORY_UC = 0,
    MEMORY_WC = 1,
    MEMORY_WT = 4,
    MEMORY_WP = 5,
    MEMORY_WB = 6,
};

/* Encodings, reserved ones included. */
enum { MEMORY_TYPES = 8, MEMORY_TYPE_RANGES_MAX = 512 };

/* Addresses start <= a < end, both multiples of 4 KiB. */
struct memory_type_range {
    uint64_t start, end;
    enum memory_type type;
};

/* All physical addresses from 0 up: each range begins where the one before it ends, and is of
 * another type. */
struct memory_types {
    size_t count;
    struct memory_type_range at[MEMORY_TYPE_RANGES_MAX];
};

/* "WB"; NULL for an encoding that is reserved. */
const char *memory_type_name(enum memory_type type);

#endif
