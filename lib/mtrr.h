/* From the memory type range registers to a list of ranges (SDM Vol 3A §11.11 "Memory Type Range
 * Registers (MTRRs)"). SMRRs are left out: SMRAM is the firmware's. Pure. */
#ifndef LIB_MTRR_H
#define LIB_MTRR_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bits.h"
#include "lib/memory_type.h"

/* IA32_MTRRCAP, IA32_MTRR_DEF_TYPE and IA32_MTRR_PHYSMASKn. */
#define MTRR_CAP_FIXED             BIT(8)
#define MTRR_DEF_TYPE_FIXED_ENABLE BIT(10)
#define MTRR_DEF_TYPE_ENABLE       BIT(11)
#define MTRR_MASK_VALID            BIT(11)

enum {
    MTRR_FIXED = 11,
    /* IA32_MTRR_PHYSBASE0 is MSR 200H, and MSR 250H is one for fixed ranges. */
    MTRR_VARIABLE_MAX = 40,
};

/* The registers as they are read. */
struct mtrr_state {
    bool present;           /* CPUID 1, EDX bit 12; the rest means nothing without it */
    unsigned physical_bits; /* width of addresses that reach memory: mtrr_width(), 32 to 52 */
    uint64_t cap;           /* bits 7:0: how many of variable[] there are */
    uint64_t def_type;
    uint64_t fixed[MTRR_FIXED]; /* in the order of their addresses */
    struct {
        uint64_t base, mask;
    } variable[MTRR_VARIABLE_MAX];
};

/* What firmware should not have written. The addresses concerned are taken for UC, which is slow
 * but wrong nowhere. */
struct mtrr_oddities {
    unsigned undefined_overlaps; /* ranges of addresses whose MTRRs disagree in a way that the
                                  * manual leaves undefined */
    unsigned reserved_types;     /* fields in effect that hold no memory type */
};

enum mtrr_status {
    MTRR_OK,
    MTRR_TOO_MANY_REGISTERS, /* IA32_MTRRCAP promises more than MTRR_VARIABLE_MAX pairs */
    MTRR_TOO_MANY_RANGES,    /* a mask with holes cuts memory into more ranges than we keep */
};

/* How many bits of a physical address the registers' masks decide about. With multi-key memory
 * encryption the upper ones choose a key, and memory is the same with each: firmware's masks leave
 * them out. tme_activate: IA32_TME_ACTIVATE (SDM Vol 4, Table 2-2), 0 where there is none. */
unsigned mtrr_width(unsigned physical_bits, uint64_t tme_activate);

/* Lists the types of all addresses below 2^physical_bits. Takes time by the number of registers and
 * of the ranges they make, whatever their size. */
enum mtrr_status mtrr_resolve(const struct mtrr_state *state, struct memory_types *types,
                              struct mtrr_oddities *oddities);

#endif
