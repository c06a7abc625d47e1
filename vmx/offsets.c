/* Offsets for the routines that enter and leave a guest (lib/offsets.h). */
#include "lib/offsets.h"

#include "vmx/entry.h"
#include "vmx/hypercall.h"

void offsets(void);

void offsets(void)
{
    OFFSET(CONTEXT_RAX, struct vcpu_context, registers.rax);
    OFFSET(CONTEXT_RCX, struct vcpu_context, registers.rcx);
    OFFSET(CONTEXT_RDX, struct vcpu_context, registers.rdx);
    OFFSET(CONTEXT_RBX, struct vcpu_context, registers.rbx);
    OFFSET(CONTEXT_RBP, struct vcpu_context, registers.rbp);
    OFFSET(CONTEXT_RSI, struct vcpu_context, registers.rsi);
    OFFSET(CONTEXT_RDI, struct vcpu_context, registers.rdi);
    OFFSET(CONTEXT_R8, struct vcpu_context, registers.r8);
    OFFSET(CONTEXT_R9, struct vcpu_context, registers.r9);
    OFFSET(CONTEXT_R10, struct vcpu_context, registers.r10);
    OFFSET(CONTEXT_R11, struct vcpu_context, registers.r11);
    OFFSET(CONTEXT_R12, struct vcpu_context, registers.r12);
    OFFSET(CONTEXT_R13, struct vcpu_context, registers.r13);
    OFFSET(CONTEXT_R14, struct vcpu_context, registers.r14);
    OFFSET(CONTEXT_R15, struct vcpu_context, registers.r15);
    VALUE(CONTEXT_REGISTERS_END,
          offsetof(struct vcpu_context, registers) + sizeof(struct guest_registers));
    OFFSET(CONTEXT_SELF_RIP, struct vcpu_context, self_rip);
    OFFSET(CONTEXT_SELF_RSP, struct vcpu_context, self_rsp);
    OFFSET(CONTEXT_SELF_RFLAGS, struct vcpu_context, self_rflags);
    OFFSET(CONTEXT_HOST_RSP, struct vcpu_context, host_rsp);
    OFFSET(CONTEXT_HOST_SS, struct vcpu_context, host_ss);
    OFFSET(CONTEXT_AT_ONCE, struct vcpu_context, at_once);
    OFFSET(CONTEXT_EXIT_STACK, struct vcpu_context, exit_stack);
    OFFSET(CONTEXT_TSC_EXIT, struct vcpu_context, tsc_exit);

    VALUE(ENTER_EXITED, ENTER_EXITED);
    VALUE(ENTER_FAIL_INVALID, ENTER_FAIL_INVALID);
    VALUE(ENTER_FAIL_VALID, ENTER_FAIL_VALID);

    VALUE(HYPERCALL_VERSION, HYPERCALL_VERSION);
    VALUE(HYPERCALL_LEAVE, HYPERCALL_LEAVE);
}
