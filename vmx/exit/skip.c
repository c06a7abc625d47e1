/* Skipping in the general case. */
#include "vmx/exit/skip.h"

#include "lib/segment.h"
#include "lib/x86.h"
#include "vmx/vmcs.h"

/* Ends blocking by STI and MOV SS and makes a single-step trap pending, as the end of an
 * instruction or an iteration does. */
static void pass_boundary(void)
{
    const uint64_t interruptibility = vmcs_read(GUEST_INTERRUPTIBILITY_STATE);
    if (interruptibility & BLOCKING_BY_STI_OR_MOV_SS)
        vmcs_write(GUEST_INTERRUPTIBILITY_STATE, interruptibility & ~BLOCKING_BY_STI_OR_MOV_SS);
    if ((vmcs_read(GUEST_RFLAGS) & RFLAGS_TF) && !(vmcs_read(GUEST_IA32_DEBUGCTL) & DEBUGCTL_BTF)) {
        vmcs_write(GUEST_PENDING_DEBUG_EXCEPTIONS,
                   vmcs_read(GUEST_PENDING_DEBUG_EXCEPTIONS) | PENDING_DEBUG_BS);
    }
}

void skip_instruction(void)
{
    uint64_t rip = vmcs_read(GUEST_RIP) + vmcs_read(VM_EXIT_INSTRUCTION_LENGTH);
    if (rip > UINT32_MAX && !(vmcs_read(GUEST_CS_ACCESS_RIGHTS) & ACCESS_RIGHTS_L))
        rip = bits_get(rip, 31, 0);
    vmcs_write(GUEST_RIP, rip);
    pass_boundary();
}

/* Sets RF, so that a breakpoint at this instruction does not hit again (SDM Vol 3B §17.3.1.1). */
void skip_iteration(void)
{
    vmcs_write(GUEST_RFLAGS, vmcs_read(GUEST_RFLAGS) | RFLAGS_RF);
    pass_boundary();
}
