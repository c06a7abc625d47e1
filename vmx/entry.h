/* The way into the guest and back: vmx/entry.asm. */
#ifndef VMX_ENTRY_H
#define VMX_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What vmx/entry.asm loads by POP and stores by PUSH, so that their order is its order. RSP, RIP
 * and RFLAGS are in the VMCS. */
struct guest_registers {
    uint64_t r15, r14, r13, r12, rbp;
    uint64_t r11, r10, r9, r8, rdi, rsi, rbx, rdx, rcx, rax;
};

/* The end of the registers is HOST_RSP, and aligned as a stack is. */
struct vcpu_context {
    uint64_t reason; /* of the VM exit, the whole field */
    struct guest_registers registers;
    uint64_t host_rsp, host_ss; /* of vmx_enter()'s caller, while the guest runs */
    uint64_t exit_stack;        /* top of the stack of the C that VM exits arrive at */
    bool (*at_once)(struct vcpu_context *context);
    uint64_t tsc_entry; /* before the guest's registers are loaded and the VM entry */
    uint64_t tsc_exit;  /* after the VM exit and the saving of the first registers */
    /* Where the running kernel, being its own guest, goes on: vmx/guests/self.asm. */
    uint64_t self_rip, self_rsp, self_rflags;
} __attribute__((aligned(16)));
_Static_assert(offsetof(struct vcpu_context, host_rsp) % 16 == 0, "HOST_RSP is aligned");

/* How vmx_enter() came back. Whether an exit is an entry failure says bit 31 of its reason: see
 * exit_enter() in vmx/exit/exit.h. */
enum enter_status {
    ENTER_EXITED = 0,
    ENTER_FAIL_INVALID = 1,
    ENTER_FAIL_VALID = 2,
};

/* How to enter: vmx_enter() tells them by sign. */
enum enter_by {
    ENTER_BY_VMLAUNCH_AFTER_MOV_SS = -1, /* refused by every processor */
    ENTER_BY_VMLAUNCH = 0,
    ENTER_BY_VMRESUME = 1,
};

/* Enters with context's registers; returns at the first VM exit that context->at_once
 * does not handle. */
enum enter_status vmx_enter(struct vcpu_context *context, enum enter_by by);

/* HOST_RIP. HOST_RSP is the end of the context's registers; context->exit_stack is 16-byte aligned,
 * and its top word the address of registers.r11. */
extern const char vmx_exit_arrival[];

#endif
