/* Builds ACPI tables for tests. */
#include "tests/unit/kernel/acpi/builder.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

uint8_t *acpi_memory;
uint32_t acpi_used;
uint8_t acpi_rsdp[ACPI_RSDP];

static bool read_memory(void *context, uint64_t address, void *bytes, size_t size)
{
    (void)context;
    if (address < ACPI_BASE || address - ACPI_BASE > acpi_used ||
        size > acpi_used - (address - ACPI_BASE))
        return false;
    memcpy(bytes, acpi_memory + (address - ACPI_BASE), size);
    return true;
}

const struct acpi_reader acpi_reader = {read_memory, NULL};

int acpi_setup(void **state)
{
    (void)state;
    free(acpi_memory);
    acpi_memory = calloc(1, ACPI_MEMORY);
    acpi_used = 0;
    memset(acpi_rsdp, 0, sizeof acpi_rsdp);
    return acpi_memory == NULL;
}

int acpi_teardown(void **state)
{
    (void)state;
    free(acpi_memory);
    acpi_memory = NULL;
    return 0;
}

static uint8_t *at(uint64_t address)
{
    assert_in_range(address, ACPI_BASE, ACPI_BASE + acpi_used - 1);
    return acpi_memory + (address - ACPI_BASE);
}

static uint8_t sum_of(const uint8_t *bytes, uint32_t size)
{
    uint8_t sum = 0;
    for (uint32_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + bytes[i]);
    return sum;
}

uint64_t acpi_add(const char *signature, uint32_t length)
{
    const uint64_t table = ACPI_BASE + acpi_used;
    assert_in_range(length, 1, ACPI_MEMORY - acpi_used);
    acpi_used += length;
    acpi_bytes(table, 0, signature, 4);
    acpi_put(table, 4, length, 4);
    acpi_seal(table);
    return table;
}

void acpi_put(uint64_t table, uint32_t offset, uint64_t value, unsigned size)
{
    acpi_bytes(table, offset, &value, size);
}

void acpi_bytes(uint64_t table, uint32_t offset, const void *bytes, uint32_t size)
{
    uint8_t *to = at(table + offset);
    assert_non_null(at(table + offset + size - 1));
    memcpy(to, bytes, size);
}

void acpi_seal(uint64_t table)
{
    uint32_t length;
    uint8_t *bytes = at(table);
    memcpy(&length, bytes + 4, 4);
    assert_non_null(at(table + length - 1));
    bytes[9] = (uint8_t)(bytes[9] - sum_of(bytes, length));
}

uint64_t acpi_root(bool extended, const uint64_t *tables, unsigned count)
{
    const unsigned width = extended ? 8 : 4;
    const uint64_t root = acpi_add(extended ? "XSDT" : "RSDT", ACPI_HEADER + count * width);
    for (unsigned i = 0; i < count; i++)
        acpi_put(root, ACPI_HEADER + i * width, tables[i], width);
    acpi_seal(root);
    return root;
}

void acpi_point(uint8_t revision, uint64_t rsdt, uint64_t xsdt)
{
    const uint32_t size = ACPI_RSDP;
    memset(acpi_rsdp, 0, sizeof acpi_rsdp);
    memcpy(acpi_rsdp, "RSD PTR ", 8);
    acpi_rsdp[15] = revision;
    memcpy(acpi_rsdp + 16, &rsdt, 4);
    memcpy(acpi_rsdp + 20, &size, 4);
    memcpy(acpi_rsdp + 24, &xsdt, 8);
    acpi_rsdp[8] = (uint8_t)-sum_of(acpi_rsdp, 20);
    acpi_rsdp[32] = (uint8_t)-sum_of(acpi_rsdp, 36);
}

static void put_address(uint64_t table, uint32_t offset, uint8_t space, uint8_t width,
                        uint64_t address)
{
    if (offset + 12 > acpi_used - (table - ACPI_BASE))
        return;
    acpi_put(table, offset, space | width << 8, 4);
    acpi_put(table, offset + 4, address, 8);
}

uint64_t acpi_add_fadt(uint32_t length, uint64_t dsdt)
{
    const uint64_t fadt = acpi_add("FACP", length);
    acpi_put(fadt, 40, length > 116 ? 0x1234 : dsdt, 4);
    acpi_put(fadt, 48, 0xb2, 4);
    acpi_put(fadt, 52, 0xf1, 1);
    acpi_put(fadt, 64, 0xb004, 4);
    acpi_put(fadt, 68, 0xb104, 4);
    acpi_put(fadt, 112, 1 << 10, 4);
    if (length > 116) {
        put_address(fadt, 116, ACPI_SPACE_IO, 8, 0xcf9);
        acpi_put(fadt, 128, 0x0f, 1);
        acpi_put(fadt, 140, dsdt, 8);
        put_address(fadt, 172, ACPI_SPACE_IO, 16, 0x404);
        put_address(fadt, 184, ACPI_SPACE_IO, 16, 0x504);
        put_address(fadt, 244, ACPI_SPACE_MEMORY, 8, 0xfea00200);
    }
    acpi_seal(fadt);
    return fadt;
}

uint64_t acpi_add_aml(const char *signature, const void *aml, uint32_t size)
{
    const uint64_t table = acpi_add(signature, ACPI_HEADER + size);
    if (size > 0)
        acpi_bytes(table, ACPI_HEADER, aml, size);
    acpi_seal(table);
    return table;
}

void acpi_read_all(struct acpi *acpi)
{
    /* Shrink the allocation to its exact size, so that an overread is caught. */
    acpi_memory = realloc(acpi_memory, acpi_used > 0 ? acpi_used : 1);
    assert_non_null(acpi_memory);
    acpi_parse(acpi_rsdp, sizeof acpi_rsdp, &acpi_reader, acpi);
    acpi_memory = realloc(acpi_memory, ACPI_MEMORY);
    assert_non_null(acpi_memory);
}

unsigned acpi_index(const struct acpi *acpi, const char *signature)
{
    unsigned found = ACPI_NO_TABLE;
    for (unsigned i = 0; i < acpi->count; i++) {
        if (memcmp(acpi->table[i].signature, signature, 4) == 0) {
            assert_int_equal(found, ACPI_NO_TABLE);
            found = i;
        }
    }
    return found;
}
