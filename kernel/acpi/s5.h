/* Finds the package \_S5 in AML. It has the SLP_TYP values that power the machine off (ACPI
 * Specification 6.5, §7.4.2 "\_Sx (System States)", §20.2 "AML Grammar Definition"). Pure. */
#ifndef KERNEL_ACPI_S5_H
#define KERNEL_ACPI_S5_H

#include "kernel/acpi/table.h"

struct acpi_s5 {
    bool found;
    uint8_t type_a; /* SLP_TYP for PM1a_CNT or for the sleep control register: 0 to 7 */
    uint8_t type_b; /* SLP_TYP for PM1b_CNT: 0 to 7 */
};

/* Looks for a definition of \_S5 in a DSDT or SSDT that acpi_table_open() found valid. Searches the
 * AML but does not interpret it, so it cannot find a package that AML code creates at run time. */
struct acpi_s5 acpi_s5_find(const struct acpi_reader *reader, const struct acpi_table *table);

#endif
