/* How the machine ends. */
#ifndef KERNEL_POWER_H
#define KERNEL_POWER_H

#include "kernel/acpi/power_plan.h"
#include "kernel/result.h"

/* Tells what the machine's ACPI tables and its memory map say. Until then it ends without ACPI. */
void power_use(const struct acpi *acpi, const struct boot_info *info);

/* What power_end() will have to work with once power_map() was called. */
struct power_machine power_machine(void);

/* Maps the registers that are in memory, after paging_build(). */
void power_map(void);

/* Carries out action; where the machine does not obey, it halts. */
_Noreturn void power_end(enum end_action action, enum result_code code);

#endif
