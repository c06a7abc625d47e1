/* Switches registers that the guest uses without VM exits and that VM entries and exits do not
 * switch. The host does not use them, so they hold the guest's values from before the first VM
 * entry until after the last VM exit. */
#ifndef VMX_RUN_SWITCH_H
#define VMX_RUN_SWITCH_H

#include "vmx/exit/vcpu.h"

/* switch_to_guest() saves the host's values and loads the values after a reset. switch_to_host()
 * restores the host's values. */
void switch_to_guest(struct vcpu *vcpu);
void switch_to_host(struct vcpu *vcpu);

#endif
