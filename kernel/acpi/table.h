/* An ACPI table in memory: its header checked, its fields read (ACPI Specification 6.5, §5.2.6
 * "System Description Table Header"). Pure: memory is whatever the reader gives. */
#ifndef KERNEL_ACPI_TABLE_H
#define KERNEL_ACPI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ACPI_HEADER = 36,           /* bytes of the header that all tables share */
    ACPI_TABLE_LIMIT = 1 << 20, /* no table is larger; a length beyond is a mistake */
};

/* Address spaces of a register (§5.2.3.2 "Generic Address Structure"). */
enum { ACPI_SPACE_MEMORY = 0, ACPI_SPACE_IO = 1, ACPI_SPACE_PCI = 2 };

/* Copies `size` bytes of memory from address; refuses, by false, what is not to be read. */
struct acpi_reader {
    bool (*read)(void *context, uint64_t address, void *bytes, size_t size);
    void *context;
};

enum acpi_status {
    ACPI_OK,
    ACPI_ABSENT,     /* there is none */
    ACPI_UNREADABLE, /* some of it lies where nothing is read */
    ACPI_SIGNATURE,  /* it is not what it should be */
    ACPI_LENGTH,     /* shorter than what it has to hold, or longer than the limit */
    ACPI_CHECKSUM,   /* its bytes do not add up to 0 */
    ACPI_ENTRIES,    /* an entry in it is too short or ends outside */
    ACPI_TWICE,      /* another one, right as well, came before: that one counts */
};

/* What is known of a table. The signature is as found: any bytes. */
struct acpi_table {
    char signature[4];
    enum acpi_status status;
    uint64_t address;
    uint32_t length; /* in bytes, as its header says */
};

/* A register, as a generic address structure says it. */
struct acpi_address {
    uint8_t space;
    uint8_t bit_width;
    uint8_t bit_offset;
    uint8_t access_size; /* 0: not said, 1 to 4: 1, 2, 4, 8 bytes */
    uint64_t address;
};

/* Reads and checks the header and the checksum of the table at this address. */
struct acpi_table acpi_table_take(const struct acpi_reader *reader, uint64_t address);

bool acpi_table_is(const struct acpi_table *table, const char *signature);

/* The little-endian number of `size` bytes (1 to 8) there. 0 where the table ends before: a field
 * that an older table does not have yet means nothing where it is 0. */
uint64_t acpi_table_number(const struct acpi_reader *reader, const struct acpi_table *table,
                           uint32_t offset, unsigned size);
struct acpi_address acpi_table_address(const struct acpi_reader *reader,
                                       const struct acpi_table *table, uint32_t offset);

#endif
