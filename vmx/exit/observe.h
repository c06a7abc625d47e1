/* What the last VM exit carries, read from the VMCS before a handler changes anything. */
#ifndef VMX_EXIT_OBSERVE_H
#define VMX_EXIT_OBSERVE_H

#include <stdint.h>

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

struct exit exit_observe(const struct vcpu *vcpu);

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
