/* The package \_S5 in AML: what the sleep type fields hold for "off" (ACPI Specification 6.5,
 * §7.4.2 "\_Sx (System States)", §20.2 "AML Grammar Definition"). Pure. */
#ifndef KERNEL_ACPI_S5_H
#define KERNEL_ACPI_S5_H

#include "kernel/acpi/table.h"

struct acpi_s5 {
    bool found;
    uint8_t type_a; /* SLP_TYP for PM1a_CNT, or for the sleep control register: 0 to 7 */
    uint8_t type_b; /* for PM1b_CNT */
};

/* Looks for a definition of the name in a DSDT or SSDT that acpi_table_take() found right. The AML
 * is searched, not interpreted: a package that code makes is not found. */
struct acpi_s5 acpi_s5_find(const struct acpi_reader *reader, const struct acpi_table *table);

#endif
