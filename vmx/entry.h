/* The way into the guest and back: vmx/entry.asm. */
#ifndef VMX_ENTRY_H
#define VMX_ENTRY_H

#include "vmx/exit/vcpu.h"

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
