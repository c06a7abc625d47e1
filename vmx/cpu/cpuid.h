/* CPUID as a guest sees it: the processor's answers without the features that the guest cannot use
 * (vmx/cpu/cpuid_policy.def), and leaves that identify the hypervisor. Pure. */
#ifndef VMX_CPU_CPUID_H
#define VMX_CPU_CPUID_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/x86.h"
#include "vmx/control.h"

/* The leaves that identify the hypervisor. No processor defines them. */
enum {
    CPUID_HYPERVISOR_FIRST = CPUID_LEAF_HYPERVISOR,
    CPUID_HYPERVISOR_LAST = CPUID_LEAF_HYPERVISOR + 1,
};

struct guest_cpuid {
    struct cpuid (*host)(uint32_t leaf, uint32_t subleaf); /* returns the processor's answer */
    const struct control_words *controls;
    uint64_t cr4;   /* as the guest reads it */
    bool is_64_bit; /* the guest is in 64-bit mode */
    bool vmx_shown; /* CPUID shows VMX (vmx=shown), although the guest cannot use it */
};

/* Returns the leaf that answers for `leaf`: the highest basic leaf if `leaf` is higher than all
 * leaves of its kind (SDM Vol 2A, CPUID), otherwise `leaf` itself. */
uint32_t guest_cpuid_leaf(const struct guest_cpuid *guest, uint32_t leaf);

/* Returns the guest's answer. */
struct cpuid guest_cpuid(const struct guest_cpuid *guest, uint32_t leaf, uint32_t subleaf);

/* Returns the bits of CR4 that enable hidden features. They are reserved for the guest. */
uint64_t guest_cpuid_hidden_cr4(const struct guest_cpuid *guest);

/* Returns the state components that the guest may enable in XCR0. */
uint64_t guest_cpuid_xcr0(const struct guest_cpuid *guest);

#endif
