/* The fixed ACPI description table, as far as ending the machine needs it (ACPI Specification 6.5,
 * §5.2.9 "Fixed ACPI Description Table (FADT)"). Pure. */
#ifndef KERNEL_ACPI_FADT_H
#define KERNEL_ACPI_FADT_H

#include "kernel/acpi/table.h"

/* Where an address is 0, there is no such register. */
struct acpi_fadt {
    uint64_t dsdt;         /* address of the differentiated system description table */
    bool hardware_reduced; /* HW_REDUCED_ACPI: no PM1 registers, no ACPI mode to turn on */
    bool reset_supported;  /* RESET_REG_SUP */
    uint16_t smi_command;  /* port; 0: the machine is in ACPI mode for good */
    uint8_t acpi_enable;   /* what to write there */
    struct acpi_address pm1a_control;
    struct acpi_address pm1b_control;
    struct acpi_address sleep_control;
    struct acpi_address reset;
    uint8_t reset_value;
};

/* Reads a table that acpi_table_take() found right. ACPI_LENGTH where it is shorter than the one of
 * ACPI 1.0. */
enum acpi_status acpi_fadt_read(const struct acpi_reader *reader, const struct acpi_table *table,
                                struct acpi_fadt *fadt);

#endif
