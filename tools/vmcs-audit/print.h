/* Prints the result of an audit in three formats. Pure over a struct out. */
#ifndef TOOLS_VMCS_AUDIT_PRINT_H
#define TOOLS_VMCS_AUDIT_PRINT_H

#include "tools/vmcs-audit/judge.h"

struct report {
    const char *program; /* name and version of this program */
    const char *name;    /* name of the input file */
    const struct input *input;
    const struct vmx_caps *caps;
    const char *caps_origin; /* description of the source of the capabilities */
    const struct judgement *judgement;
};

/* Prints a readable report. */
void print_text(const struct report *report, struct out *out);

/* Prints the `audit` and `verdict` lines of the serial contract. */
void print_lines(const struct report *report, struct out *out);

/* Prints one JSON document. 64-bit numbers are strings ("0x..."), because JSON numbers may lose
 * their low bits. */
void print_json(const struct report *report, struct out *out);

#endif
