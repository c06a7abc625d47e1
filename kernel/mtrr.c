/* Reading the MTRRs (SDM Vol 3A §11.11 "Memory Type Range Registers (MTRRs)"). */
#include "kernel/mtrr.h"

#include "kernel/cpu.h"
#include "kernel/log.h"
#include "kernel/msr.h"
#include "lib/fmt.h"
#include "lib/mtrr.h"
#include "lib/x86.h"

/* Reads an MTRR. Hypervisors may announce registers that they lack. A missing one counts as 0: an
 * invalid range, or uncacheable memory. */
static uint64_t read(uint32_t msr, unsigned *missing)
{
    uint64_t value = 0;
    *missing += !msr_try_read(msr, &value);
    return value;
}

static void read_fixed(struct mtrr_state *state, unsigned *missing)
{
    unsigned i = 0;
    state->fixed[i++] = read(IA32_MTRR_FIX64K_00000, missing);
    state->fixed[i++] = read(IA32_MTRR_FIX16K_80000, missing);
    state->fixed[i++] = read(IA32_MTRR_FIX16K_A0000, missing);
    for (uint32_t msr = IA32_MTRR_FIX4K_C0000; i < MTRR_FIXED; msr++)
        state->fixed[i++] = read(msr, missing);
}

static uint64_t read_tme(void)
{
    uint64_t activate = 0;
    if (cpuid(0, 0).eax >= CPUID_LEAF_MORE_FEATURES &&
        (cpuid(CPUID_LEAF_MORE_FEATURES, 0).ecx & CPUID_7_ECX_TME))
        (void)msr_try_read(IA32_TME_ACTIVATE, &activate);
    return activate;
}

static void read_state(struct mtrr_state *state, unsigned *missing)
{
    state->present = cpuid(1, 0).edx & CPUID_1_EDX_MTRR;
    if (!state->present)
        return;
    state->cap = read(IA32_MTRRCAP, missing);
    state->def_type = read(IA32_MTRR_DEF_TYPE, missing);
    if (state->cap & MTRR_CAP_FIXED)
        read_fixed(state, missing);
    for (uint32_t i = 0; i < bits_get(state->cap, 7, 0) && i < MTRR_VARIABLE_MAX; i++) {
        state->variable[i].base = read(IA32_MTRR_PHYSBASE0 + 2 * i, missing);
        state->variable[i].mask = read(IA32_MTRR_PHYSMASK0 + 2 * i, missing);
    }
}

static void print_state(const struct mtrr_state *state, const struct mtrr_oddities *oddities,
                        unsigned missing)
{
    struct line *line = log_begin("mtrr");
    line_name(line, "present", state->present ? "yes" : "no");
    line_hex(line, "def_type", state->def_type);
    line_hex(line, "cap", state->cap);
    line_decimal(line, "undefined_overlaps", oddities->undefined_overlaps);
    line_decimal(line, "reserved_types", oddities->reserved_types);
    line_decimal(line, "missing", missing);
    line_end(line);
}

static void print_types(const struct memory_types *types)
{
    for (size_t i = 0; i < types->count; i++) {
        struct line *line = log_begin("mtrr");
        line_hex(line, "from", types->at[i].start);
        line_hex(line, "to", types->at[i].end - 1);
        line_name(line, "type", memory_type_name(types->at[i].type));
        line_end(line);
    }
}

bool mtrr_take(unsigned physical_bits, struct memory_types *types, struct out *why)
{
    static struct mtrr_state state;
    struct mtrr_oddities oddities;
    unsigned missing = 0;
    state.physical_bits = mtrr_width(physical_bits, read_tme());
    read_state(&state, &missing);
    enum mtrr_status status = mtrr_resolve(&state, types, &oddities);
    print_state(&state, &oddities, missing);
    switch (status) {
    case MTRR_TOO_MANY_REGISTERS:
        fmt_print(why,
                  "needs at most %u variable-range MTRRs (IA32_MTRRCAP bits 7:0), found %u; please "
                  "report this processor",
                  MTRR_VARIABLE_MAX, (unsigned)bits_get(state.cap, 7, 0));
        return false;
    case MTRR_TOO_MANY_RANGES:
        fmt_print(why,
                  "needs MTRRs that make at most %u ranges, found more: an IA32_MTRR_PHYSMASKn has "
                  "holes in its bits; update the firmware",
                  MEMORY_TYPE_RANGES_MAX);
        return false;
    case MTRR_OK:
        break;
    }
    print_types(types);
    return true;
}
