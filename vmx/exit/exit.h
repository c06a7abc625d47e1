/* Into the guest until its next VM exit, and to the handler of that exit (vmx/exits.def). */
#ifndef VMX_EXIT_EXIT_H
#define VMX_EXIT_EXIT_H

#include "vmx/answer.h"
#include "vmx/exit/action.h"
#include "vmx/exit/vcpu.h"

/* Enters the guest by VMLAUNCH, or by VMRESUME where it was launched, until the next VM exit that
 * is not handled at once. Says how the entry ended; where there was an exit, be it of a failed
 * entry, its reason is in the vcpu's context. */
struct entry_answer exit_enter(struct vcpu *vcpu);

/* Calls the handler of the last VM exit; carries out EXIT_SKIP and EXIT_REPEAT. */
enum exit_action exit_handle(struct vcpu *vcpu);

#endif
