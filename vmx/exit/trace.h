/* Prints the line of a VM exit. */
#ifndef VMX_EXIT_TRACE_H
#define VMX_EXIT_TRACE_H

#include <stdint.h>

#include "vmx/exit/action.h"
#include "vmx/exit/decode.h"
#include "vmx/exit/observe.h"

/* Prints an `exit` line. handled: the time stamp after the handler, or NULL if it is not known. */
void trace_line(const struct vcpu *vcpu, const struct exit *exit,
                const struct decode_values *values, enum exit_action action,
                const uint64_t *handled);

/* Prints the `exit` line of the last exit, which has just been handled. */
void trace_last(const struct vcpu *vcpu, const struct exit *exit, enum exit_action action,
                uint64_t handled);

#endif
