/* Past the instruction that a VM exit is about, as the processor would get there (SDM Vol 3A
 * §6.8.3, §17.3.1.4; Vol 3C §24.4.2, §26.3.1.5): RIP moves on, blocking by STI and MOV SS ends, and
 * RFLAGS.TF makes a single-step trap pending. */
#ifndef VMX_EXIT_SKIP_H
#define VMX_EXIT_SKIP_H

#include <stdbool.h>

#include "lib/bits.h"
#include "lib/x86.h"
#include "vmx/state_bits.h"
#include "vmx/vmcs.h"

/* To the next instruction. */
void skip_instruction(void);

/* To the next iteration of this one. */
void skip_iteration(void);

/* Where it was. */
struct skipped {
    uint64_t rip, length;
};

/* To the next instruction where only RIP changes; else false, and nothing has changed. */
static inline bool skip_simple_instruction(struct skipped *skipped)
{
    skipped->rip = vmcs_read_any(GUEST_RIP);
    skipped->length = vmcs_read_any(VM_EXIT_INSTRUCTION_LENGTH);
    const uint64_t rip = skipped->rip + skipped->length;
    /* Up to there RIP is the same in each mode. */
    if (rip > UINT32_MAX ||
        (vmcs_read_any(GUEST_INTERRUPTIBILITY_STATE) & BLOCKING_BY_STI_OR_MOV_SS) ||
        (vmcs_read_any(GUEST_RFLAGS) & RFLAGS_TF))
        return false;
    vmcs_write_any(GUEST_RIP, rip);
    return true;
}

#endif
