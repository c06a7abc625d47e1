/* How the machine ends. */
#ifndef KERNEL_POWER_H
#define KERNEL_POWER_H

#include "kernel/acpi.h"
#include "kernel/result.h"

/* Tells what the machine's ACPI tables say. Until then it ends without ACPI. */
void power_use(const struct acpi *acpi);

/* Maps the registers that are in memory, after paging_build() and before any other device: what is
 * mapped by then is RAM, and no register. */
void power_map(void);

/* Carries out action; where the machine does not obey, it halts. */
_Noreturn void power_end(enum end_action action, enum result_code code);

#endif
