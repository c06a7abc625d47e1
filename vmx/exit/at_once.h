/* VM exits that are handled where they arrive, without a return to the loop of vmx/run/run.c: those
 * that come often and need little. What such an exit costs, from VM exit to VM entry,
 * tests/boot/test_cost.py counts. */
#ifndef VMX_EXIT_AT_ONCE_H
#define VMX_EXIT_AT_ONCE_H

#include <stdbool.h>

struct vcpu_context;

/* Handles the VM exit at which context->tsc_exit was taken. Where it returns false, nothing was
 * changed but context->reason. vmx/entry.asm calls it with those registers saved that a function
 * may change, and RBX: of the guest's others nothing is known here. */
bool exit_at_once(struct vcpu_context *context);

/* The same with a record in the vcpu's ring. */
bool exit_at_once_recorded(struct vcpu_context *context);

#endif
