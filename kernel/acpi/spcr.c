/* Reads the serial port console redirection table. */
#include "kernel/acpi/spcr.h"

enum {
    SPCR_MIN_LENGTH = 80, /* length of revisions 1 and 2 */
    REVISION = 8,
    INTERFACE = 36,
    BASE = 40,
    BAUD_CODE = 58,
    CLOCK = 76,        /* since revision 3 */
    PRECISE_BAUD = 80, /* since revision 4 */
};

enum acpi_status acpi_spcr_read(const struct acpi_reader *reader, const struct acpi_table *table,
                                struct acpi_spcr *spcr)
{
    if (table->length < SPCR_MIN_LENGTH)
        return ACPI_LENGTH;
    const uint8_t revision = (uint8_t)acpi_table_number(reader, table, REVISION, 1);
    *spcr = (struct acpi_spcr){
        .revision = revision,
        .interface = (uint8_t)acpi_table_number(reader, table, INTERFACE, 1),
        .base = acpi_table_address(reader, table, BASE),
        .baud_code = (uint8_t)acpi_table_number(reader, table, BAUD_CODE, 1),
        .clock = revision >= 3 ? (uint32_t)acpi_table_number(reader, table, CLOCK, 4) : 0,
        .precise_baud =
            revision >= 4 ? (uint32_t)acpi_table_number(reader, table, PRECISE_BAUD, 4) : 0,
    };
    return ACPI_OK;
}
