/* Printing the `panic` line, and limiting panics during a panic. */
#include "kernel/panic.h"

#include "kernel/cpu.h"
#include "kernel/log.h"
#include "kernel/result.h"

static unsigned panics;

struct line *panic_begin(void)
{
    panics++;
    if (panics > 2)
        halt();
    log_ensure();
    if (panics == 2) {
        finish(RESULT_PANIC, "a second panic while the first was being printed; please report this "
                             "log");
    }
    return log_begin("panic");
}

void panic(const char *format, ...)
{
    va_list arguments;
    struct line *line = panic_begin();
    va_start(arguments, format);
    line_vtext(line, "why", format, arguments);
    va_end(arguments);
    line_hex(line, "rip", (uintptr_t)__builtin_return_address(0));
    line_end(line);
    finish(RESULT_PANIC, "Trapline's own check failed: a bug of Trapline; please report this log");
}
