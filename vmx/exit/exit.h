/* Enters the guest until its next VM exit, and calls the handler of that exit (vmx/exits.def). */
#ifndef VMX_EXIT_EXIT_H
#define VMX_EXIT_EXIT_H

#include "vmx/answer.h"
#include "vmx/exit/action.h"
#include "vmx/exit/vcpu.h"

/* Enters the guest by VMLAUNCH, or by VMRESUME once it is launched. Returns how the VM entry ended,
 * after the next VM exit that vmx/exit/at_once.c does not handle. Stores the exit reason, also that
 * of an entry failure, in the vcpu's context. */
struct entry_answer exit_enter(struct vcpu *vcpu);

/* Calls the handler of the last VM exit and carries out EXIT_SKIP and EXIT_REPEAT. */
enum exit_action exit_handle(struct vcpu *vcpu);

#endif
