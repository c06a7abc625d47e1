/* The serial port console redirection table: the port that the firmware itself writes to, in its
 * own words (Microsoft, "Serial Port Console Redirection Table (SPCR)"). Pure. */
#ifndef KERNEL_ACPI_SPCR_H
#define KERNEL_ACPI_SPCR_H

#include "kernel/acpi/table.h"

struct acpi_spcr {
    uint8_t revision;         /* of the table: what `interface` means depends on it */
    uint8_t interface;        /* 0: 16550, 1: 16450 or the like; others since revision 2 */
    struct acpi_address base; /* of the registers; address 0: redirection is off */
    uint8_t baud_code;        /* 0: as it is, 3: 9600, 4: 19200, 6: 57600, 7: 115200 */
    uint32_t clock;           /* of the UART, in Hz; 0: not said */
    uint32_t precise_baud;    /* counts before baud_code; 0: not said */
};

/* Reads a table that acpi_table_take() found right; ACPI_LENGTH where it is too short. */
enum acpi_status acpi_spcr_read(const struct acpi_reader *reader, const struct acpi_table *table,
                                struct acpi_spcr *spcr);

#endif
