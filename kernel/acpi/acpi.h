/* What the firmware's ACPI tables say, read with every bound checked (ACPI Specification 6.5, §5.2
 * "ACPI System Description Tables"). All that is used later is copied. Pure: memory is whatever the
 * reader gives. */
#ifndef KERNEL_ACPI_ACPI_H
#define KERNEL_ACPI_ACPI_H

#include "kernel/acpi/fadt.h"
#include "kernel/acpi/madt.h"
#include "kernel/acpi/s5.h"
#include "kernel/acpi/spcr.h"
#include "kernel/acpi/table.h"

enum { ACPI_TABLES_MAX = 128 };

/* An index that no table has. */
#define ACPI_NO_TABLE ACPI_TABLES_MAX

struct acpi {
    uint8_t revision; /* of the RSDP: 0 is ACPI 1.0 */
    uint32_t
        entries; /* how many tables the root names; those beyond ACPI_TABLES_MAX are not read */
    unsigned
        count; /* of tables; the first are RSDP, XSDT and RSDT, as far as they were looked at */
    struct acpi_table table[ACPI_TABLES_MAX];

    /* Which table each of these is from, ACPI_NO_TABLE where there is none that is right. */
    unsigned root_from, fadt_from, madt_from, spcr_from, s5_from;
    struct acpi_fadt fadt;
    struct acpi_madt madt;
    struct acpi_spcr spcr;
    struct acpi_s5 s5;
};

/* Reads the tables that this copy of the root system description pointer leads to; rsdp is NULL
 * where the loader gave none. A broken table is noted in its entry of acpi->table and otherwise
 * passed over: nothing here is fatal. */
void acpi_parse(const void *rsdp, uint32_t rsdp_size, const struct acpi_reader *reader,
                struct acpi *acpi);

#endif
