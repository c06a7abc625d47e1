/* Making sure that there is exactly one result line and that it is the last line. */
#include "kernel/result.h"

#include "kernel/log.h"
#include "kernel/power.h"

static enum end_action end_action = END_DEFAULT;

static const char *status_of(enum result_code code)
{
    switch (code) {
    case RESULT_PASS:
        return "pass";
    case RESULT_UNSUPPORTED:
        return "unsupported";
    default:
        return "fail";
    }
}

void result_end_with(enum end_action action)
{
    end_action = action;
}

void finish(enum result_code code, const char *format, ...)
{
    static bool finished;
    va_list arguments;
    if (finished) /* an NMI or a fault came after the result line */
        power_end(END_HALT, code);
    finished = true;
    struct line *line = log_begin("result");
    line_name(line, "status", status_of(code));
    line_decimal(line, "code", code);
    va_start(arguments, format);
    line_vtext(line, "why", format, arguments);
    va_end(arguments);
    line_end(line);
    log_flush();
    power_end(end_action, code);
}

static char why_text[512];
static struct out_buffer why;

struct out *result_why(void)
{
    out_buffer_init(&why, why_text, sizeof why_text);
    return &why.out;
}

void finish_why(enum result_code code)
{
    finish(code, "%s", why_text);
}
