/* MSRs of a guest: which there are (vmx/cpu/msr_policy.def) and what can be written to them. Pure.
 */
#ifndef VMX_CPU_MSR_H
#define VMX_CPU_MSR_H

#include <stdbool.h>
#include <stdint.h>

/* The MSRs by name: an index into guest_msrs. */
enum guest_msr_row {
#define GUEST_MSR(number, name, place, writable, check) GUEST_MSR_##name,
#include "vmx/cpu/msr_policy.def"
#undef GUEST_MSR
    GUEST_MSRS,
};

enum guest_msr_place {
    MSR_IN_FIELD,
    MSR_IN_PROCESSOR,
    MSR_KEPT,
};

struct guest_msr {
    uint32_t number;
    uint8_t check;
    uint8_t place;     /* enum guest_msr_place */
    uint16_t field;    /* index of the field that holds it, of MSR_IN_FIELD */
    uint64_t writable; /* bits that a write may change; of MSRs that we do not keep, may set */
    uint64_t begins;   /* what it is at first, of MSR_KEPT */
};
extern const struct guest_msr guest_msrs[GUEST_MSRS];

/* NULL: the guest has no such MSR. */
const struct guest_msr *guest_msr_find(uint32_t number);

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
