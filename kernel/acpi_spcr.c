/* The serial port console redirection table. */
#include "kernel/acpi_spcr.h"

enum {
    LEAST = 80, /* revisions 1 and 2 */
    REVISION = 8,
    INTERFACE = 36,
    BASE = 40,
    BAUD_CODE = 58,
    PCI_DEVICE = 64,
    PCI_VENDOR = 66,
    PCI_BUS = 68,
    PCI_SLOT = 69,
    PCI_FUNCTION = 70,
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
        .pci_device = (uint16_t)acpi_table_number(reader, table, PCI_DEVICE, 2),
        .pci_vendor = (uint16_t)acpi_table_number(reader, table, PCI_VENDOR, 2),
        .pci_bus = (uint8_t)acpi_table_number(reader, table, PCI_BUS, 1),
        .pci_slot = (uint8_t)acpi_table_number(reader, table, PCI_SLOT, 1),
        .pci_function = (uint8_t)acpi_table_number(reader, table, PCI_FUNCTION, 1),
    };
    return ACPI_OK;
}
