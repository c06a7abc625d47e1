/* Reads the fixed ACPI description table. */
#include "kernel/acpi/fadt.h"

#include "lib/bits.h"

enum {
    FADT_MIN_LENGTH = 116, /* length of the ACPI 1.0 table */
    DSDT = 40,
    SMI_COMMAND = 48,
    ACPI_ENABLE = 52,
    PM1A_CONTROL_BLOCK = 64,
    PM1B_CONTROL_BLOCK = 68,
    FLAGS = 112,
    RESET_REGISTER = 116,
    RESET_VALUE = 128,
    X_DSDT = 140,
    X_PM1A_CONTROL_BLOCK = 172,
    X_PM1B_CONTROL_BLOCK = 184,
    SLEEP_CONTROL_REGISTER = 244,
};

#define RESET_REGISTER_SUPPORTED BIT(10)
#define HARDWARE_REDUCED         BIT(20)

/* Returns the address in the extended field, or if that is 0, the I/O port in the old field. */
static struct acpi_address block(const struct acpi_reader *reader, const struct acpi_table *table,
                                 uint32_t offset, uint32_t extended_offset)
{
    const struct acpi_address extended = acpi_table_address(reader, table, extended_offset);
    if (extended.address != 0)
        return extended;
    return (struct acpi_address){
        .space = ACPI_SPACE_IO,
        .bit_width = 16,
        .address = acpi_table_number(reader, table, offset, 4),
    };
}

enum acpi_status acpi_fadt_read(const struct acpi_reader *reader, const struct acpi_table *table,
                                struct acpi_fadt *fadt)
{
    if (table->length < FADT_MIN_LENGTH)
        return ACPI_LENGTH;
    const uint64_t flags = acpi_table_number(reader, table, FLAGS, 4);
    const uint64_t smi_command = acpi_table_number(reader, table, SMI_COMMAND, 4);
    const uint64_t extended_dsdt = acpi_table_number(reader, table, X_DSDT, 8);
    *fadt = (struct acpi_fadt){
        .dsdt = extended_dsdt ? extended_dsdt : acpi_table_number(reader, table, DSDT, 4),
        .hardware_reduced = (flags & HARDWARE_REDUCED) != 0,
        .reset_supported = (flags & RESET_REGISTER_SUPPORTED) != 0,
        .smi_command = smi_command <= UINT16_MAX ? (uint16_t)smi_command : 0,
        .acpi_enable = (uint8_t)acpi_table_number(reader, table, ACPI_ENABLE, 1),
        .pm1a_control = block(reader, table, PM1A_CONTROL_BLOCK, X_PM1A_CONTROL_BLOCK),
        .pm1b_control = block(reader, table, PM1B_CONTROL_BLOCK, X_PM1B_CONTROL_BLOCK),
        .sleep_control = acpi_table_address(reader, table, SLEEP_CONTROL_REGISTER),
        .reset = acpi_table_address(reader, table, RESET_REGISTER),
        .reset_value = (uint8_t)acpi_table_number(reader, table, RESET_VALUE, 1),
    };
    return ACPI_OK;
}
