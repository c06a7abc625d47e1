/* How the machine ends. */
#ifndef KERNEL_POWER_H
#define KERNEL_POWER_H

#include "kernel/acpi/power_plan.h"
#include "kernel/end_action.h"

/* Tells what the machine's ACPI tables and its memory map say. Until then it ends without ACPI. */
void power_use(const struct acpi *acpi, const struct boot_info *info);

/* What power_end() has to work with once all registers are mapped. */
struct power_machine power_machine(void);

/* Tells that they are: those that the plans for power_machine() name, wherever they are. */
void power_reaches_all(void);

/* Carries out action; where the machine does not obey, it halts. code: what an emulator's own exit
 * tells. */
_Noreturn void power_end(enum end_action action, uint32_t code);

#endif
