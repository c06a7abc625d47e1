/* What of the machine's memory the tables of ACPI may be read from. */
#ifndef KERNEL_ACPI_MEMORY_H
#define KERNEL_ACPI_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies `size` bytes from a physical address, for a struct acpi_reader whose context is the
 * struct boot_info. Refuses what is neither below 1 MiB nor within one entry of the loader's memory
 * map, of any type: a table elsewhere is a mistake, and a read there may hang a device. Refuses
 * what the page tables of the boot do not map, from 4 GiB up. */
bool acpi_memory_read(void *context, uint64_t address, void *bytes, size_t size);

/* Whether these bytes may be read. Pure. */
bool acpi_memory_allows(const void *context, uint64_t address, size_t size);

#endif
