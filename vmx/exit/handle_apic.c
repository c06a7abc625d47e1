/* Exits of APIC virtualization (SDM Vol 3C, chapter 29), for users who turn on its controls by
 * hand. CPUID tells the guest that it has no local APIC. */
#include "vmx/exit/handle.h"

#include "vmx/exit/guest.h"
#include "vmx/vmcs.h"

/* The guest lowered its virtual TPR below the threshold. No interrupt waits for that, so the
 * handler clears the threshold to prevent further exits. */
enum exit_action handle_tpr_below_threshold(struct vcpu *vcpu)
{
    (void)vcpu;
    vmcs_write(TPR_THRESHOLD, 0);
    return EXIT_RESUME;
}

/* The processor did not virtualize this access. Trapline would have to decode and emulate the
 * instruction. */
enum exit_action handle_apic_access(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "the guest accessed a local APIC, which it does not have");
}
