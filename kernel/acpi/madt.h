/* The multiple APIC description table: how many processors there are (ACPI Specification 6.5,
 * §5.2.12 "Multiple APIC Description Table (MADT)"). Pure. */
#ifndef KERNEL_ACPI_MADT_H
#define KERNEL_ACPI_MADT_H

#include "kernel/acpi/table.h"

struct acpi_madt {
    uint64_t local_apic; /* physical address of the local APICs */
    uint32_t processors; /* enabled ones */
    uint32_t io_apics;
};

/* Reads a table that acpi_table_take() found right. ACPI_LENGTH, or ACPI_ENTRIES: *madt is then not
 * to be used. */
enum acpi_status acpi_madt_read(const struct acpi_reader *reader, const struct acpi_table *table,
                                struct acpi_madt *madt);

#endif
