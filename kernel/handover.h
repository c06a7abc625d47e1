/* Takes over from loader and firmware: boot information, command line, ACPI tables. */
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
    struct option_error error; /* if the command line is wrong */
    bool options_good;
};

/* Takes everything from the Multiboot2 information at info, and opens the log that the command line
 * asks for. guests: the kinds of guests, as for options_parse(). If the boot information cannot be
 * used, ends the machine with a result line that says why. */
void handover_take(const void *info, const char *guests, struct handover *handover);

/* Returns true if the command line can be used. Otherwise writes the reason to why. */
bool handover_check(const struct handover *handover, struct out *why);

#endif
