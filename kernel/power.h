/* Ends the machine: halt, reboot, power off, or the exit of an emulator. */
#ifndef KERNEL_POWER_H
#define KERNEL_POWER_H

#include "kernel/acpi/power_plan.h"
#include "kernel/end_action.h"

/* Provides ACPI tables and memory map. Before this call, the machine ends without ACPI. */
void power_use(const struct acpi *acpi, const struct boot_info *info);

/* Returns what power_end() can use once all registers are mapped. */
struct power_machine power_machine(void);

/* Declares that all registers in the plans for power_machine() are mapped. */
void power_reaches_all(void);

/* Carries out action. If the machine does not obey, halts. code: the status for an emulator's exit.
 */
_Noreturn void power_end(enum end_action action, uint32_t code);

#endif
