/* Records why an input is unusable. */
#include "tools/vmcs-audit/problem.h"

#include <stdarg.h>

#include "lib/fmt.h"

void problem_note(struct problem *problem, size_t line, const char *format, ...)
{
    struct out_buffer buffer;
    va_list arguments;
    problem->line = line;
    out_buffer_init(&buffer, problem->text, sizeof problem->text);
    va_start(arguments, format);
    fmt_vprint(&buffer.out, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < buffer.length; i++) {
        if (problem->text[i] < ' ' || problem->text[i] > '~')
            problem->text[i] = '?';
    }
}
