/* VMX operation on and off (SDM Vol 3C §23.7 "Enabling and Entering VMX Operation"). */
#ifndef VMX_VMXON_H
#define VMX_VMXON_H

#include <stdbool.h>

#include "lib/out.h"
#include "vmx/exit/vcpu.h"

/* Fixes CR0 and CR4, sets CR4.VMXE and executes VMXON with vcpu's region; forgets all cached
 * translations. Where that fails, undoes it, says why and returns false. */
bool vmx_on(struct vcpu *vcpu, struct out *why);

/* VMCLEAR of vcpu's VMCS and VMXOFF; CR4.VMXE off. */
void vmx_off(struct vcpu *vcpu);

#endif
