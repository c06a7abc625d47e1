/* Prints the result line, which is the last line, and ends the machine. */
#ifndef KERNEL_RESULT_H
#define KERNEL_RESULT_H

#include "kernel/end_action.h"
#include "lib/out.h"

/* The codes of docs/serial.md. */
enum result_code {
    RESULT_PASS = 0,
    RESULT_FAIL = 1,
    RESULT_UNSUPPORTED = 2,
    RESULT_AUDIT = 3,
    RESULT_ENTRY = 4,
    RESULT_PANIC = 5,
    RESULT_COMMAND_LINE = 6,
};

/* Sets what to do after the result line. Before this call it is END_DEFAULT. */
void result_end_with(enum end_action action);

/* Begins a new reason for finish_why() to print. Returns where to write it. */
struct out *result_why(void);

/* Prints the result line with the reason in result_why() and ends the machine. */
_Noreturn void finish_why(enum result_code code);

/* Prints the result line with the formatted reason and ends the machine. */
_Noreturn void finish(enum result_code code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
