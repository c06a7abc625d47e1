/* Reads the memory that holds the firmware's ACPI tables. */
#include "kernel/acpi/memory.h"

#include "boot/multiboot2.h"
#include "boot/start.h"
#include "lib/string.h"

#define LOW_MEMORY_END UINT64_C(0x100000)

bool acpi_memory_allows(const void *context, uint64_t address, size_t size)
{
    const struct boot_info *info = context;
    if (size > BOOT_MAPPED_END || address > BOOT_MAPPED_END - size)
        return false;
    if (address + size <= LOW_MEMORY_END)
        return true;
    for (size_t i = 0; i < info->memory_count; i++) {
        const struct boot_memory *entry = &info->memory[i];
        if (address >= entry->base && size <= entry->length &&
            address - entry->base <= entry->length - size)
            return true;
    }
    return false;
}

bool acpi_memory_read(void *context, uint64_t address, void *bytes, size_t size)
{
    if (!acpi_memory_allows(context, address, size))
        return false;
    memcpy(bytes, (const void *)address, size);
    return true;
}
