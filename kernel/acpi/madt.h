/* Reads the number of processors and I/O APICs from the multiple APIC description table (ACPI
 * Specification 6.5, §5.2.12 "Multiple APIC Description Table (MADT)"). Pure. */
#ifndef KERNEL_ACPI_MADT_H
#define KERNEL_ACPI_MADT_H

#include "kernel/acpi/table.h"

struct acpi_madt {
    uint64_t local_apic; /* physical address of the local APICs */
    uint32_t processors; /* number of enabled processors */
    uint32_t io_apics;
};

/* Reads a table that acpi_table_open() found valid. After ACPI_LENGTH or ACPI_ENTRIES, *madt is
 * invalid. */
enum acpi_status acpi_madt_read(const struct acpi_reader *reader, const struct acpi_table *table,
                                struct acpi_madt *madt);

#endif
