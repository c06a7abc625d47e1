/* Delivering events to the guest at its next VM entry (SDM Vol 3C §26.6 "Event Injection"). Each
 * says what the handler is to return. */
#ifndef VMX_EXIT_INJECT_H
#define VMX_EXIT_INJECT_H

#include "vmx/cpu/event.h"
#include "vmx/exit/action.h"
#include "vmx/exit/vcpu.h"

/* An exception that the exit's instruction raises; it combines with an event whose delivery the
 * exit interrupted. A triple fault stops the guest. */
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

/* A debug exception that the exit's instruction raises, as a fault, with what Table 27-1 of SDM
 * Vol 3C calls the qualification of its VM exit. */
enum exit_action inject_debug_fault(struct vcpu *vcpu, uint64_t qualification);

/* The debug exception that a new task's TSS asks for (SDM Vol 3B §17.3.1.5). */
enum exit_action inject_task_trap(struct vcpu *vcpu);

/* The event whose delivery the exit interrupted; may be none. */
struct event inject_vectoring(void);

/* The exception that the exit was caused by, as the guest would have had it. */
enum exit_action inject_exit_exception(struct vcpu *vcpu);

/* A fault of IRET, which had already ended the blocking of NMIs, is told by bit 12 of the exit's
 * interruption information or qualification: NMIs are to be blocked again (SDM Vol 3C §27.2.3). */
void inject_nmi_blocking(const struct vcpu *vcpu, uint64_t information);

/* The event whose delivery the exit interrupted, if any, once more. */
enum exit_action inject_interrupted(struct vcpu *vcpu);

#endif
