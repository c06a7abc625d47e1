/* Writes ACPI tables, right or wrong, into a piece of memory for tests of their reader. */
#ifndef TESTS_UNIT_KERNEL_ACPI_BUILDER_H
#define TESTS_UNIT_KERNEL_ACPI_BUILDER_H

#include "kernel/acpi/acpi.h"

enum { ACPI_MEMORY = 16384, ACPI_RSDP = 36 };

/* Where the memory is; nothing else is readable. */
#define ACPI_BASE UINT64_C(0x7f000000)

/* An allocation of its own, so that a byte read beyond is noticed. */
extern uint8_t *acpi_memory;
extern uint32_t acpi_used;           /* bytes of it */
extern uint8_t acpi_rsdp[ACPI_RSDP]; /* the loader's copy */
extern const struct acpi_reader acpi_reader;

/* Begins with nothing in memory; frees it. */
int acpi_setup(void **state);
int acpi_teardown(void **state);

/* Adds a table with room for `length` bytes, zeros behind the header; returns its address. */
uint64_t acpi_add(const char *signature, uint32_t length);
/* Writes a number of `size` bytes into the table at that address. */
void acpi_put(uint64_t table, uint32_t offset, uint64_t value, unsigned size);
void acpi_bytes(uint64_t table, uint32_t offset, const void *bytes, uint32_t size);
/* Makes the checksum right for the length that the header says. */
void acpi_seal(uint64_t table);

/* A root table with these addresses. */
uint64_t acpi_root(bool extended, const uint64_t *tables, unsigned count);
/* The RSDP, with both checksums right. */
void acpi_point(uint8_t revision, uint64_t rsdt, uint64_t xsdt);

/* A FADT that knows all registers (276 bytes), one of ACPI 1.0 (116), both sealed; a DSDT that has
 * just `size` bytes of AML. */
uint64_t acpi_add_fadt(uint32_t length, uint64_t dsdt);
uint64_t acpi_add_aml(const char *signature, const void *aml, uint32_t size);

/* Parses what is there, with the whole RSDP. */
void acpi_read_all(struct acpi *acpi);

/* The only table with this signature; ACPI_NO_TABLE where there is none. */
unsigned acpi_index(const struct acpi *acpi, const char *signature);

#endif
