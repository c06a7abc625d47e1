/* CPUID, as a guest sees it. */
#ifndef VMX_HANDLE_CPUID_H
#define VMX_HANDLE_CPUID_H

#include "kernel/cpu.h"
#include "vmx/exit.h"

/* What the guest reads where the processor has `real`: no VMX, a hypervisor called "Trapline" at
 * leaf 40000000H, and of the flags that mirror CR4 the guest's own. cr4: as the guest reads it.
 * Pure. */
struct cpuid cpuid_for_guest(uint32_t leaf, uint32_t subleaf, struct cpuid real, uint64_t cr4);

enum exit_action handle_cpuid(struct vcpu *vcpu);

#endif
