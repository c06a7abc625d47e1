/* The reason why an input is unusable: the line, and what was expected there. */
#ifndef TOOLS_VMCS_AUDIT_PROBLEM_H
#define TOOLS_VMCS_AUDIT_PROBLEM_H

#include <stddef.h>

struct problem {
    size_t line; /* from 1; 0: the problem concerns the whole input */
    char text[320];
};

/* Records the problem. Replaces unprintable characters with '?', because the text may quote the
 * input and is printed to a terminal. */
void problem_note(struct problem *problem, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
