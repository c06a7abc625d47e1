/* Task switches (SDM Vol 3C §25.4.2; §27.2.1, Table 27-2; for an event that goes through a task
 * gate, §27.2.4). */
#include "vmx/exit/handle.h"

#include "lib/bits.h"
#include "lib/segment.h"
#include "vmx/cpu/task.h"
#include "vmx/exit/access.h"
#include "vmx/exit/guest.h"
#include "vmx/exit/inject.h"
#include "vmx/state_bits.h"
#include "vmx/vmcs.h"

/* Returns true if an instruction caused the switch, so that the old task continues after it. */
static bool is_by_instruction(struct event event)
{
    if (!event_is_valid(event))
        return true;
    switch (event_type(event)) {
    case EVENT_SOFTWARE_INTERRUPT:
    case EVENT_PRIVILEGED_EXCEPTION:
    case EVENT_SOFTWARE_EXCEPTION:
        return true;
    default:
        return false;
    }
}

/* Returns the EXT bit of error codes. INT n, INT3 and INTO belong to the program itself (SDM Vol 3A
 * §6.13). */
static bool is_external(struct event event)
{
    return event_is_valid(event) && event_type(event) != EVENT_SOFTWARE_INTERRUPT &&
           event_type(event) != EVENT_SOFTWARE_EXCEPTION;
}

/* Makes the RPL and DPL of an unusable SS equal the CPL, as VM entry demands without "unrestricted
 * guest" (SDM Vol 3C §26.3.1.2). A new task whose checks failed may leave them different. */
static void match_ss_to_cpl(const struct vcpu *vcpu, struct guest_cpu *cpu)
{
    struct segment *ss = &cpu->segments[GUEST_SS];
    const unsigned cpl = cpu->segments[GUEST_CS].selector & SELECTOR_RPL;
    if (guest_control(vcpu, SECONDARY_UNRESTRICTED_GUEST) || (cpu->rflags & RFLAGS_VM) ||
        !(ss->access_rights & ACCESS_RIGHTS_UNUSABLE))
        return;
    ss->access_rights = (ss->access_rights & ~ACCESS_RIGHTS_DPL) | cpl << 5;
    ss->selector = (uint16_t)((ss->selector & ~SELECTOR_RPL) | cpl);
}

/* Updates blocking of events. IRET ends blocking by NMI, and delivering an NMI begins it. Blocking
 * by STI and MOV SS and pending debug exceptions end. */
static void set_blocking(enum task_source source, struct event event)
{
    uint64_t blocking = vmcs_read(GUEST_INTERRUPTIBILITY_STATE) & ~BLOCKING_BY_STI_OR_MOV_SS;
    if (source == TASK_IRET)
        blocking &= ~BLOCKING_BY_NMI;
    if (event_is_valid(event) && event_type(event) == EVENT_NMI)
        blocking |= BLOCKING_BY_NMI;
    vmcs_write(GUEST_INTERRUPTIBILITY_STATE, blocking);
    vmcs_write(GUEST_PENDING_DEBUG_EXCEPTIONS, 0);
}

enum exit_action handle_task_switch(struct vcpu *vcpu)
{
    const uint64_t qualification = vmcs_read(EXIT_QUALIFICATION);
    const struct event event = inject_vectoring();
    const struct task_switch task = {
        .source = (enum task_source)bits_get(qualification, 31, 30),
        .selector = (uint16_t)qualification,
        .has_error = (event.information & EVENT_HAS_ERROR) != 0,
        .error = event.error,
    };
    struct guest_cpu cpu = guest_cpu_load(vcpu);
    if (is_by_instruction(event))
        cpu.rip = (cpu.rip + vmcs_read(VM_EXIT_INSTRUCTION_LENGTH)) & UINT32_MAX;
    cpu.external = is_external(event);
    const enum task_outcome outcome = guest_task_switch(&cpu, &task);
    if (outcome == TASK_STAYS)
        return guest_cpu_fault(vcpu, &cpu);
    if (outcome == TASK_FAULTS)
        match_ss_to_cpl(vcpu, &cpu);
    guest_cpu_store(vcpu, &cpu);
    guest_crs_write(vcpu, &cpu.crs);
    set_blocking(task.source, event);
    if (outcome == TASK_FAULTS)
        return guest_cpu_fault(vcpu, &cpu);
    return outcome == TASK_TRAPS ? inject_task_trap(vcpu) : EXIT_RESUME;
}
