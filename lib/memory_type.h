/* Memory types, and the list that gives the memory type of every physical address. Pure. */
#ifndef LIB_MEMORY_TYPE_H
#define LIB_MEMORY_TYPE_H

#include <stddef.h>
#include <stdint.h>

/* Encodings in EPT entries, the EPT pointer, MTRRs and the PAT (SDM Vol 3A §11.3). */
enum memory_type {
    MEMORY_UC = 0,
    MEMORY_WC = 1,
    MEMORY_WT = 4,
    MEMORY_WP = 5,
    MEMORY_WB = 6,
};

enum {
    MEMORY_TYPES = 8, /* number of encodings, reserved ones included */
    MEMORY_TYPE_RANGES_MAX = 512,
};

/* Addresses start <= a < end; start and end are multiples of 4 KiB. */
struct memory_type_range {
    uint64_t start, end;
    enum memory_type type;
};

/* The memory types of all physical addresses from 0 up. Each range begins where the previous one
 * ends and has another type. */
struct memory_types {
    size_t count;
    struct memory_type_range at[MEMORY_TYPE_RANGES_MAX];
};

/* Returns the SDM's name of the type, for example "WB", or NULL for a reserved encoding. */
const char *memory_type_name(enum memory_type type);

#endif
