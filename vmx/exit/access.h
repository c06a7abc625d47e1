/* Copies the state of the guest between the current VMCS and a struct guest_cpu. */
#ifndef VMX_EXIT_ACCESS_H
#define VMX_EXIT_ACCESS_H

#include "vmx/cpu/state.h"
#include "vmx/exit/action.h"
#include "vmx/exit/vcpu.h"

struct guest_cpu guest_cpu_load(const struct vcpu *vcpu);

/* Writes back general registers, segments, table registers, RIP, RFLAGS and DR7. Does not write
 * control registers: call guest_crs_write() for them. */
void guest_cpu_store(struct vcpu *vcpu, const struct guest_cpu *cpu);

/* Handles cpu->fault: injects its exception, or stops the guest. */
enum exit_action guest_cpu_fault(struct vcpu *vcpu, const struct guest_cpu *cpu);

#endif
