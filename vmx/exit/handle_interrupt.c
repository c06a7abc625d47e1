/* External interrupts and HLT. The host masks all its own interrupts, so any interrupt is from a
 * device whose ports the guest was given. It is delivered to the guest as soon as the guest can
 * take it (SDM Vol 3C §25.2, §25.3; Vol 3A §6.8). */
#include "vmx/exit/handle.h"

#include "lib/bits.h"
#include "lib/x86.h"
#include "vmx/cpu/event.h"
#include "vmx/exit/guest.h"
#include "vmx/state_bits.h"
#include "vmx/vmcs.h"

static bool takes_interrupts(void)
{
    return (vmcs_read(GUEST_RFLAGS) & RFLAGS_IF) &&
           !(vmcs_read(GUEST_INTERRUPTIBILITY_STATE) & BLOCKING_BY_STI_OR_MOV_SS);
}

/* Delivers one waiting interrupt. The others wait for an interrupt-window exit, because the guest
 * may block interrupts while it handles this one. */
static enum exit_action deliver_waiting(struct vcpu *vcpu)
{
    const int vector = vectors_highest(&vcpu->interrupts);
    if (vector >= 0 && takes_interrupts()) {
        vmcs_write(VM_ENTRY_INTERRUPTION_INFORMATION_FIELD,
                   EVENT_VALID | EVENT_EXTERNAL_INTERRUPT << 8 | (unsigned)vector);
        vectors_remove(&vcpu->interrupts, (uint8_t)vector);
    }
    guest_control_set(vcpu, PRIMARY_INTERRUPT_WINDOW_EXITING,
                      vectors_highest(&vcpu->interrupts) >= 0);
    return EXIT_RESUME;
}

enum exit_action handle_external_interrupt(struct vcpu *vcpu)
{
    const uint64_t information = vmcs_read(VM_EXIT_INTERRUPTION_INFORMATION);
    if (!vcpu->has_devices)
        return guest_stop(vcpu, "an external interrupt came, although all sources are masked");
    if (!(information & EVENT_VALID)) {
        return guest_stop(vcpu, "an interrupt for the guest was not acknowledged; keep control "
                                "ACKNOWLEDGE_INTERRUPT_ON_EXIT at 1");
    }
    vectors_add(&vcpu->interrupts, (uint8_t)information);
    return deliver_waiting(vcpu);
}

enum exit_action handle_interrupt_window(struct vcpu *vcpu)
{
    return deliver_waiting(vcpu);
}

/* Clears "NMI-window exiting": no NMI waits. Only the user can have set this control. */
enum exit_action handle_nmi_window(struct vcpu *vcpu)
{
    guest_control_set(vcpu, PRIMARY_NMI_WINDOW_EXITING, false);
    return EXIT_RESUME;
}

/* HLT. The HLT guest makes as many of these exits as the user asked for. Any other guest waits for
 * an interrupt, in the HLT activity state. */
enum exit_action handle_hlt(struct vcpu *vcpu)
{
    if (vcpu->exits_max > 0)
        return vcpu->exits >= vcpu->exits_max ? EXIT_STOP : EXIT_SKIP;
    if (vectors_highest(&vcpu->interrupts) >= 0)
        return EXIT_SKIP;
    if (!vcpu->has_devices || !(vmcs_read(GUEST_RFLAGS) & RFLAGS_IF) ||
        caps_bits(&vcpu->caps, IA32_VMX_MISC_ACTIVITY_HLT) == 0)
        return guest_stop(vcpu, "HLT, and nothing would wake the guest");
    vmcs_write(GUEST_ACTIVITY_STATE, ACTIVITY_HLT);
    return EXIT_SKIP;
}
