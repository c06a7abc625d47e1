/* Exceptions and interrupts, and the windows that tell when one may be delivered. */
#include "vmx/handle.h"

#include "lib/bits.h"
#include "vmx/decode.h"
#include "vmx/guest.h"
#include "vmx/inject.h"
#include "vmx/vmcs.h"

/* What was meant for the host, delivered through its IDT. An NMI's VM exit blocks further ones, as
 * the NMI would have, and IRET ends that (SDM Vol 3C §27.5.5, §33.4.2). */
#define TO_THE_HOST(vector) __asm__ volatile("int %0" : : "i"(vector) : "memory")

enum exit_action handle_exception_or_nmi(struct vcpu *vcpu)
{
    const struct event event =
        event_from_exit((uint32_t)vmcs_read(VM_EXIT_INTERRUPTION_INFORMATION), 0, 0);
    if (event_type(event) == EVENT_NMI) {
        TO_THE_HOST(VECTOR_NMI);
        return inject_interrupted(vcpu);
    }
    if (event_vector(event) == VECTOR_MC) {
        TO_THE_HOST(VECTOR_MC);
        return guest_stop(vcpu, "the machine has an error, which the guest does not survive");
    }
    return inject_exit_exception(vcpu);
}

/* Nothing is waiting for a window: whoever opened it is served by closing it. */
static enum exit_action close_window(struct vcpu *vcpu, enum control control)
{
    struct vmcs_field word = control_word_field(WORD_PRIMARY);
    uint64_t controls = vmcs_read(word) & ~BIT(control_table[control].bit);
    vmcs_write(word, controls);
    image_set(&vcpu->image, word, controls);
    return EXIT_RESUME;
}

enum exit_action handle_interrupt_window(struct vcpu *vcpu)
{
    return close_window(vcpu, PRIMARY_INTERRUPT_WINDOW_EXITING);
}

enum exit_action handle_nmi_window(struct vcpu *vcpu)
{
    return close_window(vcpu, PRIMARY_NMI_WINDOW_EXITING);
}

enum exit_action handle_external_interrupt(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "the host has an interrupt, though all of its sources are masked");
}

enum exit_action handle_triple_fault(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "a triple fault: an exception while a double fault was delivered");
}

enum exit_action handle_init_signal(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "INIT, which nothing on this machine sends");
}

enum exit_action handle_sipi(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "SIPI, for which the guest did not wait");
}

enum exit_action handle_task_switch(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "a task switch, which VMX leaves to software and Trapline does not do");
}

enum exit_action handle_ept_violation(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "an access to what is not the guest's memory");
}

enum exit_action handle_ept_misconfiguration(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "EPT is misconfigured: a bug of Trapline's");
}

enum exit_action handle_preemption_timer(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "its budget of time is used up: it made no exit for too long");
}
