/* Exceptions, NMIs, EPT violations, and events that end the guest. */
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

/* The exit qualification of an instruction timeout (SDM Vol 3C §27.2.1). */
#define CONTEXT_INVALID BIT(0)

/* Delivers an event to the host, through the host's IDT. */
#define TO_THE_HOST(vector) __asm__ volatile("int %0" : : "i"(vector) : "memory")

/* Reports an NMI. Trapline never asks for NMIs, so the guest continues without it. The VM exit
 * blocks further NMIs until IRET, as the NMI itself would have (SDM Vol 3C §27.5.5). */
static void take_nmi(const struct vcpu *vcpu)
{
    /* NMIs were not blocked, since this one came, so the VM exit must save "not blocked" (§27.1).
     * Bochs saves "blocked". */
    if (!guest_control(vcpu, PIN_VIRTUAL_NMIS)) {
        vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
                   vmcs_read(GUEST_INTERRUPTIBILITY_STATE) & ~BLOCKING_BY_NMI);
    }
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
        return guest_stop(vcpu, "a machine check; the guest cannot continue");
    }
    return inject_exit_exception(vcpu);
}

enum exit_action handle_triple_fault(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "a triple fault: an exception during the delivery of a double fault");
}

enum exit_action handle_init_signal(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "an INIT signal, which would have reset the processor");
}

enum exit_action handle_sipi(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "a SIPI, which Trapline does not handle");
}

enum exit_action handle_ept_violation(struct vcpu *vcpu)
{
    if (vcpu->answers->page && vcpu->answers->page(vmcs_read(GUEST_PHYSICAL_ADDRESS)))
        return EXIT_RESUME;
    if (vcpu->options->beyond == BEYOND_FAULT)
        return inject_gp(vcpu);
    return guest_stop(vcpu, "access to memory that is not the guest's");
}

enum exit_action handle_ept_misconfiguration(struct vcpu *vcpu)
{
    return guest_stop(vcpu, "EPT misconfiguration: a bug of Trapline; please report this log");
}

/* Lets the instruction continue, unless the processor has lost the guest's context. */
enum exit_action handle_instruction_timeout(struct vcpu *vcpu)
{
    const uint64_t qualification = vmcs_read(EXIT_QUALIFICATION);
    if (qualification & CONTEXT_INVALID)
        return guest_stop(vcpu, "instruction timeout with invalid context");
    inject_nmi_blocking(vcpu, qualification);
    return inject_interrupted(vcpu);
}
