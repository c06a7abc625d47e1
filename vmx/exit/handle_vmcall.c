/* Carrying out VMCALL. */
#include "vmx/exit/handle.h"

#include "kernel/log.h"
#include "vmx/exit/guest.h"
#include "vmx/hypercall.h"
#include "vmx/vmcs.h"

static uint32_t print(const struct vcpu *vcpu, uint32_t address, uint32_t size)
{
    char text[HYPERCALL_PRINT_MAX];
    if (size > sizeof text || !guest_memory_read(vcpu, address, text, size))
        return HYPERCALL_REFUSED;
    struct line *line = log_begin("guest");
    line_decimal(line, "cpu", vcpu->cpu);
    line_text(line, "text", "%.*s", (int)size, text);
    line_end(line);
    return 0;
}

/* Lets the kind of guest handle a number that is unknown here. */
static enum exit_action ask_guest(struct vcpu *vcpu, uint32_t number, uint32_t argument)
{
    enum exit_action action;
    if (vcpu->answers->hypercall && vcpu->answers->hypercall(vcpu, number, argument, &action))
        return action;
    vcpu->context.registers.rax = HYPERCALL_REFUSED;
    return EXIT_SKIP;
}

enum exit_action handle_vmcall(struct vcpu *vcpu)
{
    struct guest_registers *registers = &vcpu->context.registers;
    uint32_t first = (uint32_t)registers->rbx, second = (uint32_t)registers->rcx;
    switch ((uint32_t)registers->rax) {
    case HYPERCALL_VERSION:
        registers->rax = HYPERCALL_INTERFACE;
        return EXIT_SKIP;
    case HYPERCALL_PRINT:
        registers->rax = print(vcpu, first, second);
        return EXIT_SKIP;
    case HYPERCALL_FINISH:
        vcpu->finished = true;
        vcpu->finish_status = first;
        return EXIT_STOP;
    default:
        return ask_guest(vcpu, (uint32_t)registers->rax, first);
    }
}
