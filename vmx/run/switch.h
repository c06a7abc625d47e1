/* Registers that the processor has once, that instructions of the guest use without a VM exit, and
 * that neither VM entries nor exits switch: the host uses none of them, so that they are the
 * guest's from before its first entry until after its last exit. */
#ifndef VMX_RUN_SWITCH_H
#define VMX_RUN_SWITCH_H

#include "kernel/grants.h"
#include "vmx/exit/vcpu.h"

/* Puts the host's values aside and the guest's first ones in place, and back again. */
void switch_to_guest(struct vcpu *vcpu, const struct grants *grants);
void switch_to_host(struct vcpu *vcpu);

#endif
