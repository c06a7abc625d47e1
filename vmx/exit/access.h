/* The guest of the current VMCS as struct guest_cpu, and back. */
#ifndef VMX_EXIT_ACCESS_H
#define VMX_EXIT_ACCESS_H

#include "vmx/cpu/state.h"
#include "vmx/exit/action.h"
#include "vmx/exit/vcpu.h"

struct guest_cpu guest_cpu_load(const struct vcpu *vcpu);

/* Registers, segments and tables; control registers only with guest_crs_write(). */
void guest_cpu_store(struct vcpu *vcpu, const struct guest_cpu *cpu);

/* What did not complete: its exception for the guest, or its end. */
enum exit_action guest_cpu_fault(struct vcpu *vcpu, const struct guest_cpu *cpu);

#endif
