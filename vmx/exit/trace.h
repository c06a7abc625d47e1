/* The line of a VM exit. */
#ifndef VMX_EXIT_TRACE_H
#define VMX_EXIT_TRACE_H

#include <stdint.h>

#include "vmx/exit/action.h"
#include "vmx/exit/decode.h"
#include "vmx/exit/observe.h"

/* Prints the `exit` line of what is known of an exit. handled: the time stamp, where the line is
 * printed as soon as the exit has been handled, else NULL. */
void trace_line(const struct vcpu *vcpu, const struct exit *exit,
                const struct decode_values *values, enum exit_action action,
                const uint64_t *handled);

/* Prints that of the last exit, which has just been handled. */
void trace_last(const struct vcpu *vcpu, const struct exit *exit, enum exit_action action,
                uint64_t handled);

#endif
