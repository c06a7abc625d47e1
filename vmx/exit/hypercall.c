/* VMCALL. */
#include "vmx/exit/hypercall.h"

#include "kernel/log.h"
#include "vmx/bench/host.h"
#include "vmx/exit/guest.h"
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

/* Where the kernel goes on natively: after its VMCALL. */
static enum exit_action leave(struct vcpu *vcpu)
{
    if (!vcpu->may_leave) {
        vcpu->context.registers.rax = HYPERCALL_REFUSED;
        return EXIT_SKIP;
    }
    vcpu->context.self_rip = vmcs_read(GUEST_RIP) + vmcs_read(VM_EXIT_INSTRUCTION_LENGTH);
    vcpu->context.self_rsp = vmcs_read(GUEST_RSP);
    vcpu->context.self_rflags = vmcs_read(GUEST_RFLAGS);
    vcpu->left = true;
    return EXIT_STOP;
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
    case HYPERCALL_LEAVE:
        return leave(vcpu);
    case HYPERCALL_BENCH:
        if (vcpu->bench)
            return bench_arm(vcpu, first);
        registers->rax = HYPERCALL_REFUSED;
        return EXIT_SKIP;
    default:
        registers->rax = HYPERCALL_REFUSED;
        return EXIT_SKIP;
    }
}
