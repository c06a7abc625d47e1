/* Checks the header of an ACPI table and reads its fields (ACPI Specification 6.5, §5.2.6 "System
 * Description Table Header"). Pure: accesses memory only through the reader. */
#ifndef KERNEL_ACPI_TABLE_H
#define KERNEL_ACPI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ACPI_HEADER = 36,           /* size of the header that all tables share */
    ACPI_TABLE_LIMIT = 1 << 20, /* a table with a larger length is rejected as broken */
};

/* Address spaces of a register (§5.2.3.2 "Generic Address Structure"). */
enum { ACPI_SPACE_MEMORY = 0, ACPI_SPACE_IO = 1, ACPI_SPACE_PCI = 2 };

/* Gives access to memory. read() copies `size` bytes from a physical address; it returns false if
 * these bytes may not be read. */
struct acpi_reader {
    bool (*read)(void *context, uint64_t address, void *bytes, size_t size);
    void *context;
};

enum acpi_status {
    ACPI_OK,
    ACPI_ABSENT,     /* the table does not exist */
    ACPI_UNREADABLE, /* part of the table lies where the reader does not read */
    ACPI_SIGNATURE,  /* the signature is not the expected one */
    ACPI_LENGTH,     /* the table is shorter than its contents or longer than the limit */
    ACPI_CHECKSUM,   /* the bytes do not sum to 0 */
    ACPI_ENTRIES,    /* an entry of the table is too short or ends outside the table */
    ACPI_TWICE,      /* an earlier valid table of the same kind is used instead */
};

/* The identity and status of a table. An unchecked signature may be any four bytes. */
struct acpi_table {
    char signature[4];
    enum acpi_status status;
    uint64_t address;
    uint32_t length; /* in bytes, as its header says */
};

/* The address of a register: a generic address structure. */
struct acpi_address {
    uint8_t space;
    uint8_t bit_width;
    uint8_t bit_offset;
    uint8_t access_size; /* 0: not given; 1 to 4: 1, 2, 4, 8 bytes */
    uint64_t address;
};

/* Reads the header of the table at this address and checks length and checksum. */
struct acpi_table acpi_table_open(const struct acpi_reader *reader, uint64_t address);

/* Returns true if the table has this signature of four characters. */
bool acpi_table_is(const struct acpi_table *table, const char *signature);

/* Returns the little-endian number of `size` bytes (1 to 8) at that offset. Returns 0 if the table
 * ends before it: in a field that older tables lack, 0 means "not given". */
uint64_t acpi_table_number(const struct acpi_reader *reader, const struct acpi_table *table,
                           uint32_t offset, unsigned size);
/* Returns the generic address structure at that offset, or zeros if the table ends before it. */
struct acpi_address acpi_table_address(const struct acpi_reader *reader,
                                       const struct acpi_table *table, uint32_t offset);

#endif
