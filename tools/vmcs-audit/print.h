/* What is printed, in three forms. Pure over a struct out. */
#ifndef TOOLS_VMCS_AUDIT_PRINT_H
#define TOOLS_VMCS_AUDIT_PRINT_H

#include "tools/vmcs-audit/judge.h"

struct report {
    const char *program; /* its name and version */
    const char *name;    /* of the file */
    const struct input *input;
    const struct vmx_caps *caps;
    const char *caps_origin; /* where they are from, in words */
    const struct judgement *judgement;
};

/* For people. */
void print_text(const struct report *report, struct out *out);

/* The `audit` lines of the serial contract, and its `verdict` line. */
void print_lines(const struct report *report, struct out *out);

/* One JSON document. Numbers of 64 bits are texts, "0x...": a JSON number may lose their low bits.
 */
void print_json(const struct report *report, struct out *out);

#endif
