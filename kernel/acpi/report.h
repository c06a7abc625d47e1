/* The acpi lines of the log (docs/serial.md). Pure. */
#ifndef KERNEL_ACPI_REPORT_H
#define KERNEL_ACPI_REPORT_H

#include "kernel/acpi/power_plan.h"
#include "lib/line.h"

/* Prints a line for each table, in the order in which the tables were found. The line of the FADT
 * says whether this machine can be powered off and reset. */
void acpi_report(const struct acpi *acpi, const struct power_machine *machine, struct line *line);

#endif
