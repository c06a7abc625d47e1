/* CPUID as a guest sees it: the processor's, without what the guest cannot use
 * (vmx/cpu/cpuid_policy.def), and with what tells it where it is. Pure. */
#ifndef VMX_CPU_CPUID_H
#define VMX_CPU_CPUID_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/x86.h"
#include "vmx/control.h"

/* Leaves of the hypervisor, which no processor has: the highest of them and who it is. */
enum {
    CPUID_HYPERVISOR_FIRST = CPUID_LEAF_HYPERVISOR,
    CPUID_HYPERVISOR_LAST = CPUID_LEAF_HYPERVISOR + 1,
};

struct guest_cpuid {
    struct cpuid (*host)(uint32_t leaf, uint32_t subleaf); /* the processor's answer */
    const struct control_words *controls;
    uint64_t cr4;   /* as the guest reads it */
    bool is_64_bit; /* mode */
    bool vmx_shown; /* though there is no nesting */
};

/* The leaf that answers: one above the highest of its kind does as the highest basic one (SDM Vol
 * 2A, CPUID). */
uint32_t guest_cpuid_leaf(const struct guest_cpuid *guest, uint32_t leaf);

struct cpuid guest_cpuid(const struct guest_cpuid *guest, uint32_t leaf, uint32_t subleaf);

/* The bits of CR4 that turn on what is hidden. */
uint64_t guest_cpuid_hidden_cr4(const struct guest_cpuid *guest);

/* The state components that the guest may enable in XCR0. */
uint64_t guest_cpuid_xcr0(const struct guest_cpuid *guest);

#endif
