/* Turns the values of the memory type range registers into a list of memory types (SDM Vol 3A
 * §11.11 "Memory Type Range Registers (MTRRs)"). SMRRs are ignored, because SMRAM belongs to the
 * firmware. Pure. */
#ifndef LIB_MTRR_H
#define LIB_MTRR_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bits.h"
#include "lib/memory_type.h"

/* Bits of IA32_MTRRCAP, IA32_MTRR_DEF_TYPE and IA32_MTRR_PHYSMASKn. */
#define MTRR_CAP_FIXED             BIT(8)
#define MTRR_DEF_TYPE_FIXED_ENABLE BIT(10)
#define MTRR_DEF_TYPE_ENABLE       BIT(11)
#define MTRR_MASK_VALID            BIT(11)

enum {
    MTRR_FIXED = 11, /* number of fixed-range MSRs */
    /* Pairs that fit between IA32_MTRR_PHYSBASE0 (200H) and the first fixed-range MSR (250H). */
    MTRR_VARIABLE_MAX = 40,
};

/* The values of the registers, as read. */
struct mtrr_state {
    bool present;           /* CPUID 1, EDX bit 12; the other members need it */
    unsigned physical_bits; /* width of physical addresses: mtrr_width(), 32 to 52 */
    uint64_t cap;           /* bits 7:0: number of valid elements of variable[] */
    uint64_t def_type;
    uint64_t fixed[MTRR_FIXED]; /* in the order of the addresses they describe */
    struct {
        uint64_t base, mask;
    } variable[MTRR_VARIABLE_MAX];
};

/* Counts of firmware mistakes. The affected addresses are treated as UC, which is slow but always
 * safe. */
struct mtrr_oddities {
    unsigned undefined_overlaps; /* address ranges with a combination of types that the SDM leaves
                                  * undefined */
    unsigned reserved_types;     /* enabled type fields that hold a reserved encoding */
};

enum mtrr_status {
    MTRR_OK,
    MTRR_TOO_MANY_REGISTERS, /* IA32_MTRRCAP reports more than MTRR_VARIABLE_MAX pairs */
    MTRR_TOO_MANY_RANGES,    /* masks with holes make more than MEMORY_TYPE_RANGES_MAX ranges */
};

/* Returns the number of physical-address bits that the MTRR masks cover. With multi-key memory
 * encryption, the upper address bits select a key and not another location, so firmware leaves them
 * out of the masks. tme_activate is IA32_TME_ACTIVATE (SDM Vol 4, Table 2-2), or 0 if the processor
 * does not have that MSR. */
unsigned mtrr_width(unsigned physical_bits, uint64_t tme_activate);

/* Lists the memory types of all addresses below 2^physical_bits. The running time depends on the
 * number of registers and ranges, not on the size of the ranges. */
enum mtrr_status mtrr_resolve(const struct mtrr_state *state, struct memory_types *types,
                              struct mtrr_oddities *oddities);

#endif
