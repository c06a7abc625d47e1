/* MSRs of a guest: which there are (vmx/cpu/msr_policy.def) and what can be written to them. Pure.
 */
#ifndef VMX_CPU_MSR_H
#define VMX_CPU_MSR_H

#include <stdbool.h>
#include <stdint.h>

/* Those that are in the processor while the guest runs, and those that we keep. */
#define IN_FIELD(number, name, field, writable, check)
#define KEPT(number, name, begins, writable, check)
#define IN_PROCESSOR(number, name, writable) PROCESSOR_##name,
enum guest_msr_in_processor {
#include "vmx/cpu/msr_policy.def"
    GUEST_MSRS_IN_PROCESSOR,
};
#undef KEPT
#undef IN_PROCESSOR
#define KEPT(number, name, begins, writable, check) KEPT_##name,
#define IN_PROCESSOR(number, name, writable)
enum guest_msr_kept {
#include "vmx/cpu/msr_policy.def"
    GUEST_MSRS_KEPT,
};
#undef KEPT
#undef IN_PROCESSOR
#undef IN_FIELD

enum guest_msr_place {
    MSR_IN_FIELD,
    MSR_IN_PROCESSOR,
    MSR_KEPT,
};

struct guest_msr {
    uint32_t number;
    uint8_t place; /* enum guest_msr_place */
    uint8_t check;
    uint16_t index;    /* of the field, in the processor's list or in the kept ones */
    uint64_t begins;   /* kept ones: what it is at first, */
    uint64_t writable; /* and the bits that a write may change; of others, those that may be 1 */
};

/* NULL: the guest has no such MSR. */
const struct guest_msr *guest_msr_find(uint32_t number);

/* Rows by place and index: their numbers for switching, their beginnings. */
extern const struct guest_msr guest_msrs[];
extern const unsigned guest_msr_count;

/* Whether WRMSR takes the value for an MSR that is `now`; where not, #GP(0). */
bool guest_msr_takes(const struct guest_msr *msr, uint64_t now, uint64_t value,
                     uint8_t linear_bits);

/* The time stamp as "use TSC scaling" has it, before the offset is added: the multiplier has 48
 * bits of fraction (SDM Vol 3C §24.6.5, §25.3). */
uint64_t guest_tsc_scaled(uint64_t host, uint64_t multiplier);

/* Of IA32_TIME_STAMP_COUNTER: the offset after which the guest reads value, where without one it
 * would read `scaled`. */
static inline uint64_t guest_tsc_offset(uint64_t scaled, uint64_t value)
{
    return value - scaled;
}

#endif
