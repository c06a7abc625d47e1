/* Writing the VMCS fields for event injection. */
#include "vmx/exit/inject.h"

#include "kernel/cpu.h"
#include "lib/bits.h"
#include "lib/x86.h"
#include "vmx/exit/guest.h"
#include "vmx/state_bits.h"
#include "vmx/vmcs.h"

struct event inject_vectoring(void)
{
    return event_from_exit((uint32_t)vmcs_read(IDT_VECTORING_INFORMATION_FIELD),
                           (uint32_t)vmcs_read(IDT_VECTORING_ERROR_CODE),
                           (uint32_t)vmcs_read(VM_EXIT_INSTRUCTION_LENGTH));
}

static enum exit_action deliver_event(struct event event)
{
    if (!(vmcs_read(GUEST_CR0) & CR0_PE))
        event = event_in_real_mode(event);
    vmcs_write(VM_ENTRY_INTERRUPTION_INFORMATION_FIELD, event.information);
    vmcs_write(VM_ENTRY_EXCEPTION_ERROR_CODE, event.error);
    vmcs_write(VM_ENTRY_INSTRUCTION_LENGTH, event.length);
    return EXIT_RESUME;
}

static enum exit_action deliver_combined(struct vcpu *vcpu, struct event second)
{
    struct event event;
    if (!event_combine(inject_vectoring(), second, &event)) {
        return guest_stop(vcpu,
                          "a triple fault: an exception during the delivery of a double fault");
    }
    return deliver_event(event);
}

/* Sets RF, which a fault pushes as 1 (SDM Vol 3B §17.3.1.1). A VM exit by an instruction saves RF
 * as 0. A VM exit by a fault saves it as 1 (SDM Vol 3C §27.3.3), but not on every emulator. */
static void set_resume_flag(uint8_t vector)
{
    if (event_is_fault(vector))
        vmcs_write(GUEST_RFLAGS, vmcs_read(GUEST_RFLAGS) | RFLAGS_RF);
}

enum exit_action inject_exception(struct vcpu *vcpu, uint8_t vector, uint32_t error)
{
    set_resume_flag(vector);
    return deliver_combined(vcpu, event_exception(vector, error));
}

/* Updates DR6, DR7 and DEBUGCTL as the processor does before it delivers a debug exception. Neither
 * the VM exit nor the injection does that (SDM Vol 3C §27.1, §26.6.1.1). */
static void update_debug_registers(uint64_t dr6)
{
    write_dr6(dr6);
    vmcs_write(GUEST_DR7, vmcs_read(GUEST_DR7) & ~DR7_GD);
    uint64_t debugctl = vmcs_read(GUEST_IA32_DEBUGCTL);
    vmcs_write(GUEST_IA32_DEBUGCTL, debugctl & ~(DEBUGCTL_LBR | DEBUGCTL_BTF));
}

enum exit_action inject_task_trap(struct vcpu *vcpu)
{
    update_debug_registers(event_dr6(read_dr6(), 0) | DR6_BT);
    return inject_exception(vcpu, VECTOR_DB, 0);
}

/* Makes pending BS match blocking. With blocking by STI or MOV SS, VM entry demands that BS is
 * pending if and only if RFLAGS.TF makes single steps (SDM Vol 3C §26.3.1.5). A VM exit by a debug
 * exception may not have saved BS (§27.3.4). Injecting an event discards pending BS (§26.7.3). */
static void match_pending_to_blocking(void)
{
    if (!(vmcs_read(GUEST_INTERRUPTIBILITY_STATE) & BLOCKING_BY_STI_OR_MOV_SS))
        return;
    bool steps =
        (vmcs_read(GUEST_RFLAGS) & RFLAGS_TF) && !(vmcs_read(GUEST_IA32_DEBUGCTL) & DEBUGCTL_BTF);
    uint64_t pending = vmcs_read(GUEST_PENDING_DEBUG_EXCEPTIONS) & ~PENDING_DEBUG_BS;
    vmcs_write(GUEST_PENDING_DEBUG_EXCEPTIONS, pending | (steps ? PENDING_DEBUG_BS : 0));
}

/* The bit is undefined if "NMI exiting" is 1 and "virtual NMIs" is 0. */
void inject_nmi_blocking(const struct vcpu *vcpu, uint64_t information)
{
    bool defined = !guest_control(vcpu, PIN_NMI_EXITING) || guest_control(vcpu, PIN_VIRTUAL_NMIS);
    if (defined && (information & EVENT_NMI_UNBLOCKED) && !event_is_valid(inject_vectoring())) {
        vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
                   vmcs_read(GUEST_INTERRUPTIBILITY_STATE) | BLOCKING_BY_NMI);
    }
}

enum exit_action inject_debug_fault(struct vcpu *vcpu, uint64_t qualification)
{
    vmcs_write(GUEST_RFLAGS, vmcs_read(GUEST_RFLAGS) | RFLAGS_RF); /* SDM Vol 3B §17.3.1.1 */
    update_debug_registers(event_dr6(read_dr6(), qualification));
    match_pending_to_blocking();
    return deliver_combined(vcpu, event_exception(VECTOR_DB, 0));
}

enum exit_action inject_exit_exception(struct vcpu *vcpu)
{
    uint32_t information = (uint32_t)vmcs_read(VM_EXIT_INTERRUPTION_INFORMATION);
    struct event event =
        event_from_exit(information, (uint32_t)vmcs_read(VM_EXIT_INTERRUPTION_ERROR_CODE),
                        (uint32_t)vmcs_read(VM_EXIT_INSTRUCTION_LENGTH));
    if (event_vector(event) == VECTOR_PF)
        write_cr2(vmcs_read(EXIT_QUALIFICATION));
    if (event_vector(event) == VECTOR_DB) {
        if (event_type(event) == EVENT_HARDWARE_EXCEPTION)
            update_debug_registers(event_dr6(read_dr6(), vmcs_read(EXIT_QUALIFICATION)));
        match_pending_to_blocking();
    }
    set_resume_flag(event_vector(event));
    if (event_vector(event) != VECTOR_DF)
        inject_nmi_blocking(vcpu, information);
    return deliver_combined(vcpu, event);
}

enum exit_action inject_interrupted(struct vcpu *vcpu)
{
    struct event event = inject_vectoring();
    (void)vcpu;
    if (!event_is_valid(event))
        return EXIT_RESUME;
    if (event_type(event) == EVENT_NMI) { /* VM entry injects no NMI while NMIs are blocked */
        vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
                   vmcs_read(GUEST_INTERRUPTIBILITY_STATE) & ~BLOCKING_BY_NMI);
    }
    return deliver_event(event);
}
