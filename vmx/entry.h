/* Enters the guest and comes back: vmx/entry.asm. */
#ifndef VMX_ENTRY_H
#define VMX_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* General registers, in the order in which vmx/entry.asm pops and pushes them. RSP, RIP and RFLAGS
 * are in the VMCS. */
struct guest_registers {
    uint64_t r15, r14, r13, r12, rbp;
    uint64_t r11, r10, r9, r8, rdi, rsi, rbx, rdx, rcx, rax;
};

/* HOST_RSP is the end of `registers`, so this address must be 16-byte aligned. */
struct vcpu_context {
    uint64_t reason; /* exit reason, the whole field */
    struct guest_registers registers;
    uint64_t host_rsp, host_ss; /* RSP and SS of vmx_enter()'s caller while the guest runs */
    uint64_t exit_stack;        /* top of the stack of the C code that a VM exit calls */
    bool (*at_once)(struct vcpu_context *context);
    uint64_t tsc_entry; /* time stamp before the VM entry and before loading registers for it */
    uint64_t tsc_exit;  /* time stamp after the VM exit and after storing the first tier */
    /* Where the running kernel continues after being its own guest: vmx/guests/self.asm. */
    uint64_t self_rip, self_rsp, self_rflags;
} __attribute__((aligned(16)));
_Static_assert(offsetof(struct vcpu_context, host_rsp) % 16 == 0, "HOST_RSP is aligned");

/* How vmx_enter() returned. Bit 31 of the exit reason says whether an exit is an entry failure:
 * exit_enter() in vmx/exit/exit.h. */
enum enter_status {
    ENTER_EXITED = 0,
    ENTER_FAIL_INVALID = 1,
    ENTER_FAIL_VALID = 2,
};

/* How to enter. vmx_enter() distinguishes them by sign. */
enum enter_by {
    ENTER_BY_VMLAUNCH_AFTER_MOV_SS = -1, /* every processor refuses it */
    ENTER_BY_VMLAUNCH = 0,
    ENTER_BY_VMRESUME = 1,
};

/* Enters the guest with context's registers. Returns at the first VM exit that context->at_once
 * does not handle. */
enum enter_status vmx_enter(struct vcpu_context *context, enum enter_by by);

/* The value of HOST_RIP. HOST_RSP must be the end of the context's registers. context->exit_stack
 * must be 16-byte aligned; the word there must hold the address of registers.r11. */
extern const char vmx_exit_arrival[];

#endif
