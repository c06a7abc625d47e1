/* The way into the guest and back: vmx/entry.asm. */
#ifndef VMX_ENTRY_H
#define VMX_ENTRY_H

#include <stdbool.h>

#include "vmx/vcpu.h"

/* The four ways a VM entry can end. The first three are vmx_enter()'s; whether an exit is an entry
 * failure is bit 31 of the exit reason (SDM Vol 3C §26.8 "VM-Entry Failures During or After
 * Loading Guest State"). */
enum entry_result {
    ENTRY_EXITED = 0,       /* the guest ran, or the entry failed late; there is an exit reason */
    ENTRY_FAIL_INVALID = 1, /* VMfailInvalid */
    ENTRY_FAIL_VALID = 2,   /* VMfailValid */
};

/* VMLAUNCH, or VMRESUME if launched, with context's registers; returns at the VM exit. */
enum entry_result vmx_enter(struct vcpu_context *context, bool launched);

/* HOST_RIP. HOST_RSP must point to a word that holds the context's address, on a 16-byte aligned
 * stack of which the 16 bytes below are free. */
extern const char vmx_exit_arrival[];

#endif
