/* Switches registers that VM entries and exits do not switch, although the guest uses them without
 * a VM exit. The host does not use them: they hold the guest's values from before the first VM
 * entry until after the last VM exit. */
#ifndef VMX_RUN_SWITCH_H
#define VMX_RUN_SWITCH_H

#include "kernel/grants.h"
#include "vmx/exit/vcpu.h"

/* Saves the host's values and loads those of a reset for the guest; then restores the host's. */
void switch_to_guest(struct vcpu *vcpu, const struct grants *grants);
void switch_to_host(struct vcpu *vcpu);

#endif
