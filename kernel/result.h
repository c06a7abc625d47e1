/* The last line, and the end of the machine. */
#ifndef KERNEL_RESULT_H
#define KERNEL_RESULT_H

#include "kernel/end_action.h"
#include "lib/out.h"

/* docs/serial.md. */
enum result_code {
    RESULT_PASS = 0,
    RESULT_FAIL = 1,
    RESULT_UNSUPPORTED = 2,
    RESULT_AUDIT = 3,
    RESULT_ENTRY = 4,
    RESULT_PANIC = 5,
    RESULT_COMMAND_LINE = 6,
};

/* What finish() does after the result line; END_DEFAULT until this is called. */
void result_end_with(enum end_action action);

/* Begins a reason, which finish_why() will print. */
struct out *result_why(void);

/* Prints the result line with that reason and ends the machine. */
_Noreturn void finish_why(enum result_code code);

/* Prints the result line with the formatted reason and ends the machine. */
_Noreturn void finish(enum result_code code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
