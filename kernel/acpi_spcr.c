/* The serial port console redirection table. */
#include "kernel/acpi_spcr.h"

enum {
    LEAST = 80, /* revisions 1 and 2 */
    REVISION = 8,
    INTERFACE = 36,
    BASE = 40,
    BAUD_CODE = 58,
};

enum acpi_status acpi_spcr_read(const struct acpi_reader *reader, const struct acpi_table *table,
                                struct acpi_spcr *spcr)
{
    if (table->length < LEAST)
        return ACPI_LENGTH;
    *spcr = (struct acpi_spcr){
        .revision = (uint8_t)acpi_table_number(reader, table, REVISION, 1),
        .interface = (uint8_t)acpi_table_number(reader, table, INTERFACE, 1),
        .base = acpi_table_address(reader, table, BASE),
        .baud_code = (uint8_t)acpi_table_number(reader, table, BAUD_CODE, 1),
    };
    return ACPI_OK;
}
