/* VM exits: what they say, and what is done about each (vmx/exits.def). */
#ifndef VMX_EXIT_EXIT_H
#define VMX_EXIT_EXIT_H

#include <stdint.h>

#include "vmx/answer.h"
#include "vmx/exit/decode.h"
#include "vmx/exit/vcpu.h"

/* What every VM exit carries (SDM Vol 3C §24.9.1); vmx/exits.def says what else each reason does.
 */
struct exit {
    uint64_t seq;    /* counted from 1 in each round */
    uint32_t reason; /* the whole field; bits 15:0 are the basic reason */
    uint32_t length; /* of the instruction, in bytes, where it was one */
    uint64_t qualification;
    uint64_t rip;                     /* of the guest */
    uint64_t entered, exited;         /* time stamps of the VM entry before it, and of itself */
    struct guest_registers registers; /* before a handler changed them */
};

static inline uint16_t exit_basic(const struct exit *exit)
{
    return (uint16_t)(exit->reason & EXIT_REASON_BASIC);
}

enum exit_action {
    EXIT_RESUME, /* enter the guest again where it was */
    EXIT_SKIP,   /* enter it again after the instruction */
    EXIT_REPEAT, /* enter it again at the instruction, of which an iteration is done */
    EXIT_STOP,   /* the guest is done, or did something nobody asked of it */
};
const char *exit_action_name(enum exit_action action);

/* Enters the guest by VMLAUNCH, or by VMRESUME where it was launched, until the next VM exit that
 * is not handled at once. Says how the entry ended; where there was an exit, be it of a failed
 * entry, its reason is in the vcpu's context. */
struct entry_answer exit_enter(struct vcpu *vcpu);

/* What the last VM exit carries, as long as no handler has changed it. */
struct exit exit_observe(const struct vcpu *vcpu);

/* Calls the handler of the last VM exit; carries out EXIT_SKIP and EXIT_REPEAT. */
enum exit_action exit_handle(struct vcpu *vcpu);

/* What a reason, the whole field, carries: enum exit_carries. */
uint32_t exit_carries(uint32_t reason);

/* The index of the VMCS field that a value is in; 0, the VPID, for those in registers and those
 * that the processor lacks. */
uint16_t exit_field(const struct vcpu *vcpu, enum decode_from from);

/* What processor and controls say about every exit; but for the guest's mode. */
uint64_t exit_facts(const struct vcpu *vcpu);

/* All that the last exit carries; its registers and mode as they were. */
void exit_values(const struct vcpu *vcpu, const struct exit *exit, struct decode_values *values);

#endif
