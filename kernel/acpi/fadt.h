/* The fields of the fixed ACPI description table that are needed to power off or reset the machine
 * (ACPI Specification 6.5, §5.2.9 "Fixed ACPI Description Table (FADT)"). Pure. */
#ifndef KERNEL_ACPI_FADT_H
#define KERNEL_ACPI_FADT_H

#include "kernel/acpi/table.h"

/* A register with address 0 does not exist. */
struct acpi_fadt {
    uint64_t dsdt;         /* address of the differentiated system description table */
    bool hardware_reduced; /* HW_REDUCED_ACPI: no PM1 registers and no ACPI mode to enable */
    bool reset_supported;  /* RESET_REG_SUP */
    uint16_t smi_command;  /* I/O port; 0: the machine is always in ACPI mode */
    uint8_t acpi_enable;   /* value for smi_command that enables ACPI mode */
    struct acpi_address pm1a_control;
    struct acpi_address pm1b_control;
    struct acpi_address sleep_control;
    struct acpi_address reset;
    uint8_t reset_value;
};

/* Reads a table that acpi_table_open() found valid. Returns ACPI_LENGTH if it is shorter than the
 * ACPI 1.0 table. */
enum acpi_status acpi_fadt_read(const struct acpi_reader *reader, const struct acpi_table *table,
                                struct acpi_fadt *fadt);

#endif
