/* Checks ACPI tables and reads their fields. */
#include "kernel/acpi/table.h"

#include "lib/bits.h"
#include "lib/string.h"

enum { LENGTH_OFFSET = 4 };

/* Sets *total to the sum of all bytes modulo 256. Returns false if a byte cannot be read. */
static bool sum(const struct acpi_reader *reader, uint64_t address, uint32_t length, uint8_t *total)
{
    uint8_t bytes[256];
    *total = 0;
    while (length > 0) {
        const uint32_t part = length < sizeof bytes ? length : (uint32_t)sizeof bytes;
        if (!reader->read(reader->context, address, bytes, part))
            return false;
        for (uint32_t i = 0; i < part; i++)
            *total = (uint8_t)(*total + bytes[i]);
        address += part;
        length -= part;
    }
    return true;
}

struct acpi_table acpi_table_open(const struct acpi_reader *reader, uint64_t address)
{
    struct acpi_table table = {.signature = "", .status = ACPI_UNREADABLE, .address = address};
    uint8_t header[ACPI_HEADER], total;
    if (!reader->read(reader->context, address, header, sizeof header))
        return table;
    memcpy(table.signature, header, sizeof table.signature);
    memcpy(&table.length, header + LENGTH_OFFSET, sizeof table.length);
    if (table.length < ACPI_HEADER || table.length > ACPI_TABLE_LIMIT)
        table.status = ACPI_LENGTH;
    else if (sum(reader, address, table.length, &total))
        table.status = total == 0 ? ACPI_OK : ACPI_CHECKSUM;
    return table;
}

bool acpi_table_is(const struct acpi_table *table, const char *signature)
{
    return memcmp(table->signature, signature, sizeof table->signature) == 0;
}

uint64_t acpi_table_number(const struct acpi_reader *reader, const struct acpi_table *table,
                           uint32_t offset, unsigned size)
{
    uint64_t value = 0;
    if (offset > table->length || size > table->length - offset ||
        !reader->read(reader->context, table->address + offset, &value, size))
        return 0;
    return value;
}

struct acpi_address acpi_table_address(const struct acpi_reader *reader,
                                       const struct acpi_table *table, uint32_t offset)
{
    const uint64_t head = acpi_table_number(reader, table, offset, 4);
    return (struct acpi_address){
        .space = (uint8_t)bits_get(head, 7, 0),
        .bit_width = (uint8_t)bits_get(head, 15, 8),
        .bit_offset = (uint8_t)bits_get(head, 23, 16),
        .access_size = (uint8_t)bits_get(head, 31, 24),
        .address = acpi_table_number(reader, table, offset + 4, 8),
    };
}
