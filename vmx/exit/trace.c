/* Making the `exit` line. */
#include "vmx/exit/trace.h"

#include "kernel/log.h"

static const char *action_name(enum exit_action action)
{
    switch (action) {
    case EXIT_RESUME:
        return "resume";
    case EXIT_SKIP:
        return "skip";
    case EXIT_REPEAT:
        return "repeat";
    case EXIT_STOP:
        break;
    }
    return "stop";
}

void trace_line(const struct vcpu *vcpu, const struct exit *exit,
                const struct decode_values *values, enum exit_action action,
                const uint64_t *handled)
{
    struct line *line = log_begin("exit");
    line_decimal(line, "seq", exit->seq);
    line_decimal(line, "cpu", vcpu->cpu);
    line_decimal(line, "reason", exit_basic(exit));
    line_name(line, "name", exit_reason_name(exit_basic(exit)));
    line_hex(line, "rip", exit->rip);
    line_decimal(line, "len", exit->length);
    line_hex(line, "qual", exit->qualification);
    line_name(line, "action", action_name(action));
    line_decimal(line, "entered", exit->entered);
    line_decimal(line, "exited", exit->exited);
    if (handled)
        line_decimal(line, "handled", *handled);
    decode(values, line);
    line_end(line);
}

void trace_last(const struct vcpu *vcpu, const struct exit *exit, enum exit_action action,
                uint64_t handled)
{
    struct decode_values values;
    exit_values(vcpu, exit, &values);
    trace_line(vcpu, exit, &values, action, &handled);
}
