/* Reads the serial port console redirection table, which describes the serial port that the
 * firmware uses (Microsoft, "Serial Port Console Redirection Table (SPCR)"). Pure. */
#ifndef KERNEL_ACPI_SPCR_H
#define KERNEL_ACPI_SPCR_H

#include "kernel/acpi/table.h"

struct acpi_spcr {
    uint8_t revision;         /* table revision; the meaning of `interface` depends on it */
    uint8_t interface;        /* 0: 16550, 1: 16450 or compatible; more since revision 2 */
    struct acpi_address base; /* first register; address 0: redirection is disabled */
    uint8_t baud_code;        /* 0: keep the rate, 3: 9600, 4: 19200, 6: 57600, 7: 115200 */
    uint32_t clock;           /* UART clock in Hz; 0: not given */
    uint32_t precise_baud;    /* overrides baud_code; 0: not given */
};

/* Reads a table that acpi_table_open() found valid. Returns ACPI_LENGTH if it is too short. */
enum acpi_status acpi_spcr_read(const struct acpi_reader *reader, const struct acpi_table *table,
                                struct acpi_spcr *spcr);

#endif
