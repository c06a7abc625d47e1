/* Copies the guest of the current VMCS into a struct guest_cpu, and back. */
#ifndef VMX_EXIT_ACCESS_H
#define VMX_EXIT_ACCESS_H

#include "vmx/cpu/state.h"
#include "vmx/exit/action.h"
#include "vmx/exit/vcpu.h"

struct guest_cpu guest_cpu_load(const struct vcpu *vcpu);

/* Writes back registers, segments and tables. Writes control registers only by guest_crs_write().
 */
void guest_cpu_store(struct vcpu *vcpu, const struct guest_cpu *cpu);

/* Handles cpu->fault: injects its exception, or stops the guest. */
enum exit_action guest_cpu_fault(struct vcpu *vcpu, const struct guest_cpu *cpu);

#endif
