/* What the loader and the firmware hand over: boot information, command line, ACPI tables. */
#ifndef KERNEL_HANDOVER_H
#define KERNEL_HANDOVER_H

#include <stdbool.h>

#include "boot/multiboot2.h"
#include "kernel/acpi/acpi.h"
#include "kernel/options.h"
#include "lib/out.h"

struct handover {
    struct boot_info boot;
    struct acpi acpi;
    struct options options;
    struct option_error error; /* where the command line is wrong */
    bool options_good;
};

/* Takes all of it from the Multiboot2 information at info and opens the log where the command line
 * says. guests: the kinds of guests (options_parse()). Boot information that cannot be used ends
 * the machine with a result line that says why. */
void handover_take(const void *info, const char *guests, struct handover *handover);

/* Whether the command line can be used; where not, says why. */
bool handover_check(const struct handover *handover, struct out *why);

#endif
