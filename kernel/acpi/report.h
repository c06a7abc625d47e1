/* The acpi lines of the log (docs/serial.md). Pure. */
#ifndef KERNEL_ACPI_REPORT_H
#define KERNEL_ACPI_REPORT_H

#include "kernel/acpi/power_plan.h"
#include "lib/line.h"

/* A line for each table, in the order in which they were found. machine: what the ways to power off
 * and to reset are planned for. */
void acpi_report(const struct acpi *acpi, const struct power_machine *machine, struct line *line);

#endif
