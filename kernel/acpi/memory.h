/* Reads ACPI tables from memory, but only from addresses where reading is safe. */
#ifndef KERNEL_ACPI_MEMORY_H
#define KERNEL_ACPI_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies `size` bytes from a physical address. It is the read function of a struct acpi_reader; its
 * context is the struct boot_info. Returns false if acpi_memory_allows() does. */
bool acpi_memory_read(void *context, uint64_t address, void *bytes, size_t size);

/* Returns true if these bytes may be read. They must lie below 1 MiB or inside one entry of the
 * loader's memory map, of any type: reading elsewhere may hang a device. They must also lie below
 * 4 GiB, because the early page tables end there. context is a struct boot_info. Pure. */
bool acpi_memory_allows(const void *context, uint64_t address, size_t size);

#endif
