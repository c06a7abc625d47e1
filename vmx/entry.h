/* The way into the guest and back: vmx/entry.asm. */
#ifndef VMX_ENTRY_H
#define VMX_ENTRY_H

#include "vmx/vcpu.h"

/* How vmx_enter() came back. Whether an exit is an entry failure says bit 31 of its reason: see
 * exit_enter() in vmx/exit.h. */
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

/* Enters with context's registers; returns at the VM exit. */
enum enter_status vmx_enter(struct vcpu_context *context, enum enter_by by);

/* HOST_RIP. HOST_RSP must point to a word that holds the context's address, on a 16-byte aligned
 * stack of which the 16 bytes below are free. */
extern const char vmx_exit_arrival[];

#endif
