/* Moves the guest past the instruction that exited, as the processor would (SDM Vol 3A §6.8.3; Vol
 * 3B §17.3.1.4; Vol 3C §24.4.2, §26.3.1.5): advances RIP, ends blocking by STI and MOV SS, and
 * makes a single-step trap pending if RFLAGS.TF is set. */
#ifndef VMX_EXIT_SKIP_H
#define VMX_EXIT_SKIP_H

#include <stdbool.h>

#include "lib/bits.h"
#include "lib/x86.h"
#include "vmx/instructions.h"
#include "vmx/state_bits.h"

/* Moves to the next instruction. */
void skip_instruction(void);

/* Moves to the next iteration of this string instruction. */
void skip_iteration(void);

/* The skipped instruction. */
struct skipped {
    uint64_t rip, length;
};

/* Moves to the next instruction if only RIP has to change. Returns false otherwise, having changed
 * nothing. */
static inline bool skip_simple_instruction(struct skipped *skipped)
{
    skipped->rip = vmread_any(GUEST_RIP);
    skipped->length = vmread_any(VM_EXIT_INSTRUCTION_LENGTH);
    const uint64_t rip = skipped->rip + skipped->length;
    /* Up to 4 GiB, RIP advances alike in every mode. */
    if (rip > UINT32_MAX ||
        (vmread_any(GUEST_INTERRUPTIBILITY_STATE) & BLOCKING_BY_STI_OR_MOV_SS) ||
        (vmread_any(GUEST_RFLAGS) & RFLAGS_TF))
        return false;
    vmwrite_any(GUEST_RIP, rip);
    return true;
}

#endif
