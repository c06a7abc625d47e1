/* Reads what the last VM exit carries. Call exit_observe() before a handler changes anything. */
#ifndef VMX_EXIT_OBSERVE_H
#define VMX_EXIT_OBSERVE_H

#include <stdint.h>

#include "vmx/exit/decode.h"
#include "vmx/exit/vcpu.h"

/* What every VM exit carries (SDM Vol 3C §24.9.1). vmx/exits.def says what each reason adds. */
struct exit {
    uint64_t seq;    /* counted from 1 in each round */
    uint32_t reason; /* the whole field; bits 15:0 are the basic reason */
    uint32_t length; /* bytes of the instruction, if an instruction caused the exit */
    uint64_t qualification;
    uint64_t rip;                     /* of the guest */
    uint64_t entered, exited;         /* time stamps of the VM entry before it and of the exit */
    struct guest_registers registers; /* as they were before a handler */
};

static inline uint16_t exit_basic(const struct exit *exit)
{
    return (uint16_t)(exit->reason & EXIT_REASON_BASIC);
}

struct exit exit_observe(const struct vcpu *vcpu);

/* Returns what an exit carries, as enum exit_carries. reason: the whole field. */
uint32_t exit_carries(uint32_t reason);

/* Returns the index of the VMCS field that holds a value. Returns 0, the VPID, for a value in a
 * register and for a field that the processor lacks. */
uint16_t exit_field(const struct vcpu *vcpu, enum decode_from from);

/* Returns the facts that hold for every exit: all but the guest's mode. */
uint64_t exit_facts(const struct vcpu *vcpu);

/* Reads all values that the last exit carries: registers from exit, as they were before the
 * handler, and everything else from the VMCS. */
void exit_values(const struct vcpu *vcpu, const struct exit *exit, struct decode_values *values);

#endif
