/* Options of the command line. */
#ifndef TOOLS_VMCS_AUDIT_OPTIONS_H
#define TOOLS_VMCS_AUDIT_OPTIONS_H

#include "tools/vmcs-audit/input.h"
#include "tools/vmcs-audit/print.h"

enum action {
    ACTION_AUDIT,
    ACTION_HELP,
    ACTION_VERSION,
    ACTION_LIST_PROFILES,
};

enum caps_source {
    CAPS_OF_INPUT,
    CAPS_OF_PROFILE,
    CAPS_OF_FILE,
    CAPS_OF_MACHINE,
};

struct options {
    enum action action;
    const char *file; /* NULL: standard input */
    enum input_format format;
    enum caps_source caps;
    const char *caps_name; /* name of the profile or file */
    uint8_t physical_bits; /* 0: take the width from the capabilities */
    uint8_t linear_bits;   /* likewise */
    void (*print)(const struct report *report, struct out *out);
};

/* Parses the command line. If it is wrong, prints the reason on standard error and returns
 * false. */
bool options_parse(int count, char **arguments, struct options *options);

void options_print_help(struct out *out);

#endif
