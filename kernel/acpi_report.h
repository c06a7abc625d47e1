/* The acpi lines of the log (docs/serial.md). Pure. */
#ifndef KERNEL_ACPI_REPORT_H
#define KERNEL_ACPI_REPORT_H

#include "kernel/acpi.h"
#include "lib/line.h"

/* A line for each table, in the order in which they were found. */
void acpi_report(const struct acpi *acpi, struct line *line);

#endif
