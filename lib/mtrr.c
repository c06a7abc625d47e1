/* Resolves the MTRRs by walking up the physical addresses. The walk jumps from each address at
 * which a register starts or stops matching to the next. The memory type is the same for all
 * addresses between two such points, so it is computed once. */
#include "lib/mtrr.h"

#define PHYSICAL_BITS_MIN 32
#define TYPE_FIELD        BITS(7, 0)
#define FIXED_END         UINT64_C(0x100000)
#define FIXED_16K         UINT64_C(0x80000)
#define FIXED_4K          UINT64_C(0xc0000)
#define FIELDS_PER_MSR    8 /* one-byte type fields in a fixed-range MSR */
#define FIXED_16K_FIRST   1 /* index of the first MSR for 16-KiB ranges */
#define FIXED_4K_FIRST    3

static unsigned variable_count(const struct mtrr_state *state)
{
    return (unsigned)bits_get(state->cap, 7, 0);
}

static bool is_enabled(const struct mtrr_state *state)
{
    return state->def_type & MTRR_DEF_TYPE_ENABLE;
}

static bool fixed_is_enabled(const struct mtrr_state *state)
{
    return is_enabled(state) && (state->def_type & MTRR_DEF_TYPE_FIXED_ENABLE) &&
           (state->cap & MTRR_CAP_FIXED);
}

static bool is_valid(const struct mtrr_state *state, unsigned i)
{
    return state->variable[i].mask & MTRR_MASK_VALID;
}

/* Returns the address bits that a variable range compares. */
static uint64_t mask_of(const struct mtrr_state *state, unsigned i)
{
    return state->variable[i].mask & BITS(state->physical_bits - 1, 12);
}

static bool is_reserved(uint64_t field)
{
    return memory_type_name((enum memory_type)field) == NULL;
}

static enum memory_type type_of(uint64_t field)
{
    return is_reserved(field) ? MEMORY_UC : (enum memory_type)field;
}

/* The place of one type field in the fixed-range MTRRs, and the end of the range it describes (SDM
 * Vol 3A §11.11.2.2, Table 11-9 "Address Mapping for Fixed-Range MTRRs"). */
struct fixed_field {
    unsigned msr, byte;
    uint64_t end;
};

/* Finds the field for an address below FIXED_END. */
static struct fixed_field fixed_field(uint64_t address)
{
    uint64_t start = 0, size = 0x10000;
    unsigned first = 0;
    if (address >= FIXED_4K)
        start = FIXED_4K, size = 0x1000, first = FIXED_4K_FIRST;
    else if (address >= FIXED_16K)
        start = FIXED_16K, size = 0x4000, first = FIXED_16K_FIRST;
    const unsigned field = (unsigned)((address - start) / size);
    return (struct fixed_field){.msr = first + field / FIELDS_PER_MSR,
                                .byte = field % FIELDS_PER_MSR,
                                .end = align_down(address, size) + size};
}

static uint64_t fixed_value(const struct mtrr_state *state, unsigned msr, unsigned byte)
{
    return state->fixed[msr] >> (8 * byte) & TYPE_FIELD;
}

/* Returns the lowest address above `address` that matches base and mask. `address` itself must not
 * match, and base must have no bits outside mask. If no higher address matches, returns a value
 * beyond all physical addresses. A mask may have holes: its 0 bits match any address bit (SDM Vol
 * 3A §11.11.3 "Example Base and Mask Calculations"). */
static uint64_t next_match(uint64_t base, uint64_t mask, uint64_t address)
{
    const uint64_t differ = (address ^ base) & mask;
    uint64_t raised = BIT(63 - __builtin_clzll(differ)); /* the highest bit that becomes 1 */
    if (!(base & raised)) { /* the address is too high: raise the next free bit above instead */
        const uint64_t free = ~mask & ~address & ~(raised - 1);
        raised = free & -free;
    }
    return (address & ~(raised - 1)) | raised | base; /* above `raised`, address and base agree */
}

/* The memory type from some address up to the next address at which it may change. */
struct stretch {
    uint64_t end;
    enum memory_type type;
    bool undefined; /* overlapping MTRRs give a combination that the SDM leaves undefined */
};

/* Combines the types of overlapping variable ranges (SDM Vol 3A §11.11.4.1 "MTRR Precedences").
 * matched has BIT(type) set for each type found. */
static enum memory_type combine(unsigned matched, bool *undefined)
{
    *undefined = false;
    if (matched & BIT(MEMORY_UC))
        return MEMORY_UC;
    if (matched == (BIT(MEMORY_WT) | BIT(MEMORY_WB)))
        return MEMORY_WT;
    if ((matched & (matched - 1)) == 0)
        return (enum memory_type)(__builtin_ctz(matched));
    *undefined = true;
    return MEMORY_UC;
}

static struct stretch variable_stretch(const struct mtrr_state *state, uint64_t address,
                                       uint64_t limit)
{
    struct stretch stretch = {limit, type_of(state->def_type & TYPE_FIELD), false};
    unsigned matched = 0;
    for (unsigned i = 0; i < variable_count(state); i++) {
        const uint64_t mask = mask_of(state, i), base = state->variable[i].base & mask;
        uint64_t change = limit;
        if (!is_valid(state, i))
            continue;
        if (((address ^ base) & mask) != 0) {
            change = next_match(base, mask, address);
        } else {
            matched |= 1U << type_of(state->variable[i].base & TYPE_FIELD);
            if (mask != 0) /* the bits below the lowest mask bit are free */
                change = (address | ((mask & -mask) - 1)) + 1;
        }
        if (change < stretch.end)
            stretch.end = change;
    }
    if (matched != 0)
        stretch.type = combine(matched, &stretch.undefined);
    return stretch;
}

/* Returns the stretch that begins at address (SDM Vol 3A §11.11.4.1 "MTRR Precedences"). */
static struct stretch stretch_at(const struct mtrr_state *state, uint64_t address, uint64_t limit)
{
    if (!state->present)
        return (struct stretch){limit, MEMORY_WB, false};
    if (!is_enabled(state))
        return (struct stretch){limit, MEMORY_UC, false};
    if (fixed_is_enabled(state) && address < FIXED_END) {
        const struct fixed_field field = fixed_field(address);
        return (struct stretch){field.end, type_of(fixed_value(state, field.msr, field.byte)),
                                false};
    }
    return variable_stretch(state, address, limit);
}

static unsigned count_reserved(const struct mtrr_state *state)
{
    unsigned count = 0;
    if (!state->present || !is_enabled(state))
        return 0;
    count += is_reserved(state->def_type & TYPE_FIELD);
    for (unsigned i = 0; i < variable_count(state); i++)
        count += is_valid(state, i) && is_reserved(state->variable[i].base & TYPE_FIELD);
    for (unsigned i = 0; fixed_is_enabled(state) && i < MTRR_FIXED * FIELDS_PER_MSR; i++)
        count += is_reserved(fixed_value(state, i / FIELDS_PER_MSR, i % FIELDS_PER_MSR));
    return count;
}

/* Appends a range, or extends the last one if the type is the same. */
static void append(struct memory_types *types, uint64_t start, const struct stretch *stretch)
{
    if (types->count == 0 || types->at[types->count - 1].type != stretch->type)
        types->at[types->count++] = (struct memory_type_range){start, start, stretch->type};
    types->at[types->count - 1].end = stretch->end;
}

unsigned mtrr_width(unsigned physical_bits, uint64_t tme_activate)
{
    const uint64_t in_effect = BIT(0) | BIT(1); /* locked, enabled */
    const unsigned key_bits = (unsigned)bits_get(tme_activate, 35, 32);
    if ((tme_activate & in_effect) != in_effect || physical_bits < PHYSICAL_BITS_MIN + key_bits)
        return physical_bits;
    return physical_bits - key_bits;
}

enum mtrr_status mtrr_resolve(const struct mtrr_state *state, struct memory_types *types,
                              struct mtrr_oddities *oddities)
{
    const uint64_t limit = BIT(state->physical_bits);
    uint64_t address = 0;
    bool undefined = false;
    types->count = 0;
    *oddities = (struct mtrr_oddities){0};
    if (state->present && variable_count(state) > MTRR_VARIABLE_MAX)
        return MTRR_TOO_MANY_REGISTERS;
    oddities->reserved_types = count_reserved(state);
    /* Without holes in masks, the stretches always fit into the list of ranges. */
    for (unsigned steps = 0; address < limit; steps++) {
        if (steps == MEMORY_TYPE_RANGES_MAX)
            return MTRR_TOO_MANY_RANGES;
        const struct stretch stretch = stretch_at(state, address, limit);
        append(types, address, &stretch);
        oddities->undefined_overlaps += stretch.undefined && !undefined;
        undefined = stretch.undefined;
        address = stretch.end;
    }
    return MTRR_OK;
}
