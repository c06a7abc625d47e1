/* Exits of APIC virtualization (SDM Vol 3C, chapter 29), for who asks for its controls by hand:
 * what the guest is told it has is no local APIC. */
#include "vmx/exit/handle.h"

#include "vmx/exit/guest.h"
#include "vmx/vmcs.h"

/* The write has lowered the virtual TPR: nothing waits for that, and with 0 it does not exit again.
 */
enum exit_action handle_tpr_below_threshold(struct vcpu *vcpu)
{
    (void)vcpu;
    vmcs_write(TPR_THRESHOLD, 0);
    return EXIT_RESUME;
}

/* What the processor does not virtualize by itself has to be emulated, instruction by instruction.
 */
enum exit_action handle_apic_access(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "an access to a local APIC, which the guest does not have");
}
