/* Injects events at the next VM entry (SDM Vol 3C §26.6 "Event Injection"). Functions that inject
 * return the action that the handler must return. */
#ifndef VMX_EXIT_INJECT_H
#define VMX_EXIT_INJECT_H

#include "vmx/cpu/event.h"
#include "vmx/exit/action.h"
#include "vmx/exit/vcpu.h"

/* Injects an exception that the exiting instruction raises. Combines it with an event whose
 * delivery the exit interrupted. A triple fault stops the guest. */
enum exit_action inject_exception(struct vcpu *vcpu, uint8_t vector, uint32_t error);

static inline enum exit_action inject_ud(struct vcpu *vcpu)
{
    return inject_exception(vcpu, VECTOR_UD, 0);
}

/* #GP(0) */
static inline enum exit_action inject_gp(struct vcpu *vcpu)
{
    return inject_exception(vcpu, VECTOR_GP, 0);
}

/* Injects a debug exception that the exiting instruction raises, as a fault. qualification: that of
 * a VM exit by this exception (SDM Vol 3C, Table 27-1). */
enum exit_action inject_debug_fault(struct vcpu *vcpu, uint64_t qualification);

/* Injects the debug exception that the TSS of a new task asks for (SDM Vol 3B §17.3.1.5). */
enum exit_action inject_task_trap(struct vcpu *vcpu);

/* Returns the event whose delivery the exit interrupted. It is not valid if there is none. */
struct event inject_vectoring(void);

/* Injects the exception that caused the exit, as if it had not exited. */
enum exit_action inject_exit_exception(struct vcpu *vcpu);

/* Blocks NMIs again after a fault of IRET, which had already unblocked them. Bit 12 of the exit's
 * interruption information or qualification reports that (SDM Vol 3C §27.2.3). */
void inject_nmi_blocking(const struct vcpu *vcpu, uint64_t information);

/* Injects again the event whose delivery the exit interrupted, if there is one. */
enum exit_action inject_interrupted(struct vcpu *vcpu);

#endif
