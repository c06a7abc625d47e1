/* The MSRs of a guest (vmx/cpu/msr_policy.def) and the values that may be written to them. Pure. */
#ifndef VMX_CPU_MSR_H
#define VMX_CPU_MSR_H

#include <stdbool.h>
#include <stdint.h>

/* Indices into guest_msrs. */
enum guest_msr_row {
#define GUEST_MSR(number, name, place, writable, check) GUEST_MSR_##name,
#include "vmx/cpu/msr_policy.def"
#undef GUEST_MSR
    GUEST_MSRS,
};

/* Where the guest's value of an MSR is. */
enum guest_msr_place {
    MSR_IN_FIELD,     /* in a field of the VMCS */
    MSR_IN_PROCESSOR, /* in the MSR itself while the guest runs */
    MSR_KEPT,         /* in Trapline's memory */
};

struct guest_msr {
    uint32_t number;
    uint8_t check;
    uint8_t place;     /* enum guest_msr_place */
    uint16_t field;    /* for MSR_IN_FIELD: index of the field */
    uint64_t writable; /* the bits that a write may change (MSR_KEPT) or set (others) */
    uint64_t initial;  /* for MSR_KEPT: the first value */
};
extern const struct guest_msr guest_msrs[GUEST_MSRS];

/* Returns the row of an MSR, or NULL if the guest has no such MSR. */
const struct guest_msr *guest_msr_find(uint32_t number);

/* Returns true if WRMSR accepts `value` for an MSR whose value is `now`; otherwise it causes
 * #GP(0). */
bool guest_msr_may_become(const struct guest_msr *msr, uint64_t now, uint64_t value,
                          uint8_t linear_bits);

/* Returns the host's time stamp as "use TSC scaling" scales it, before the TSC offset is added. The
 * multiplier is a fixed-point number with 48 fraction bits (SDM Vol 3C §24.6.5, §25.3). */
uint64_t guest_tsc_scaled(uint64_t host, uint64_t multiplier);

/* Returns the TSC offset with which the guest reads `value` from IA32_TIME_STAMP_COUNTER, if it
 * reads `scaled` without an offset. */
static inline uint64_t guest_tsc_offset(uint64_t scaled, uint64_t value)
{
    return value - scaled;
}

#endif
