/* Handles frequent, simple VM exits where they arrive, without returning to the loop of
 * vmx/run/run.c. tests/boot/test_cost.py counts the instructions from VM exit to VM entry. */
#ifndef VMX_EXIT_AT_ONCE_H
#define VMX_EXIT_AT_ONCE_H

#include <stdbool.h>

struct vcpu_context;

/* Handles the VM exit that arrived at context->tsc_exit. Returns false if it leaves the exit to a
 * handler; only context->reason has changed then. vmx/entry.asm calls it with RBX and the
 * caller-saved registers stored in context. The guest's other registers are still in the
 * processor. */
bool exit_at_once(struct vcpu_context *context);

/* Does the same, and records the exit in the vcpu's ring. */
bool exit_at_once_recorded(struct vcpu_context *context);

#endif
