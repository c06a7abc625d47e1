/* Ends the machine: halt, reboot, power off, or the exit of an emulator. */
#ifndef KERNEL_POWER_H
#define KERNEL_POWER_H

#include "kernel/acpi/power_plan.h"
#include "kernel/end_action.h"

/* Keeps pointers to the ACPI tables and the memory map. Before this call, power_end() does not use
 * ACPI. */
void power_use(const struct acpi *acpi, const struct boot_info *info);

/* Returns what plans (kernel/acpi/power_plan.h) need to know about this machine, as if all their
 * registers were mapped already. */
struct power_machine power_machine(void);

/* Declares that all registers of plans for power_machine() are mapped, so that power_end() can use
 * them. */
void power_registers_mapped(void);

/* Carries out action. If the machine does not obey, halts. code: for an emulator's exit status. */
_Noreturn void power_end(enum end_action action, uint32_t code);

#endif
