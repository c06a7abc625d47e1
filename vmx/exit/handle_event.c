/* Exceptions, NMIs, and what ends a guest. */
#include "vmx/exit/handle.h"

#include "kernel/cpu.h"
#include "kernel/log.h"
#include "kernel/options.h"
#include "lib/bits.h"
#include "vmx/exit/decode.h"
#include "vmx/exit/guest.h"
#include "vmx/exit/inject.h"
#include "vmx/state_bits.h"
#include "vmx/vmcs.h"

#define CONTEXT_INVALID BIT(0) /* of an instruction timeout (SDM Vol 3C, Table 27-1 ff.) */

/* What was meant for the host, delivered through its IDT. */
#define TO_THE_HOST(vector) __asm__ volatile("int %0" : : "i"(vector) : "memory")

/* Nothing here has asked the machine for NMIs: one is told, and the guest goes on without it. Its
 * VM exit blocks further ones, as the NMI itself would have, until IRET (SDM Vol 3C §27.5.5). */
static void take_nmi(const struct vcpu *vcpu)
{
    /* It came, so that it was not blocked: that ends with the exit (§27.1). Bochs saves it as
     * blocked. */
    if (!guest_control(vcpu, PIN_VIRTUAL_NMIS))
        vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
                   vmcs_read(GUEST_INTERRUPTIBILITY_STATE) & ~BLOCKING_BY_NMI);
    struct line *line = log_begin("nmi");
    line_hex(line, "rip", vmcs_read(GUEST_RIP));
    line_decimal(line, "cpu", vcpu->cpu);
    line_end(line);
    unblock_nmi();
}

enum exit_action handle_exception_or_nmi(struct vcpu *vcpu)
{
    const struct event event =
        event_from_exit((uint32_t)vmcs_read(VM_EXIT_INTERRUPTION_INFORMATION), 0, 0);
    if (event_type(event) == EVENT_NMI) {
        take_nmi(vcpu);
        return inject_interrupted(vcpu);
    }
    if (event_vector(event) == VECTOR_MC) {
        TO_THE_HOST(VECTOR_MC);
        return guest_stop(vcpu, "the machine has an error, which the guest does not survive");
    }
    return inject_exit_exception(vcpu);
}

enum exit_action handle_triple_fault(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "a triple fault: an exception while a double fault was delivered");
}

enum exit_action handle_init_signal(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "an INIT came, which would have reset the processor");
}

enum exit_action handle_sipi(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "SIPI, for which the guest did not wait");
}

enum exit_action handle_ept_violation(struct vcpu *vcpu)
{
    if (vcpu->answers->page && vcpu->answers->page(vmcs_read(GUEST_PHYSICAL_ADDRESS)))
        return EXIT_RESUME;
    if (vcpu->options->beyond == BEYOND_FAULT)
        return inject_gp(vcpu);
    return guest_stop(vcpu, "an access to what is not the guest's memory");
}

enum exit_action handle_ept_misconfiguration(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "EPT is misconfigured: a bug of Trapline's");
}

/* The instruction goes on where it was, unless the processor has lost what it was doing. */
enum exit_action handle_instruction_timeout(struct vcpu *vcpu)
{
    const uint64_t qualification = vmcs_read(EXIT_QUALIFICATION);
    if (qualification & CONTEXT_INVALID)
        return guest_stop(vcpu, "an instruction took too long, and its context is lost");
    inject_nmi_blocking(vcpu, qualification);
    return inject_interrupted(vcpu);
}
