/* Parses the firmware's ACPI tables and checks every bound (ACPI Specification 6.5, §5.2 "ACPI
 * System Description Tables"). Copies all values that are used later. Pure: accesses memory only
 * through the reader. */
#ifndef KERNEL_ACPI_ACPI_H
#define KERNEL_ACPI_ACPI_H

#include "kernel/acpi/fadt.h"
#include "kernel/acpi/madt.h"
#include "kernel/acpi/s5.h"
#include "kernel/acpi/spcr.h"
#include "kernel/acpi/table.h"

enum { ACPI_TABLES_MAX = 128 };

/* The index that means "no table". */
#define ACPI_NO_TABLE ACPI_TABLES_MAX

struct acpi {
    uint8_t revision; /* revision of the RSDP; 0 is ACPI 1.0 */
    uint32_t entries; /* number of tables that the root table lists, including unread ones */

    /* The tables that were looked at, whether valid or not: the RSDP, then XSDT and RSDT as needed,
     * then the listed tables. Listed tables that do not fit are not read. */
    unsigned count;
    struct acpi_table table[ACPI_TABLES_MAX];

    /* The index in table[] of the table with each of these, or ACPI_NO_TABLE if no valid table has
     * it. */
    unsigned root_index, fadt_index, madt_index, spcr_index, s5_index;
    struct acpi_fadt fadt;
    struct acpi_madt madt;
    struct acpi_spcr spcr;
    struct acpi_s5 s5;
};

/* Reads all tables, starting from a copy of the root system description pointer. rsdp is NULL if
 * the loader gave none. A broken table is not fatal: it is skipped, and acpi->table holds its
 * status. */
void acpi_parse(const void *rsdp, uint32_t rsdp_size, const struct acpi_reader *reader,
                struct acpi *acpi);

#endif
