/* Builds valid or invalid ACPI tables in memory for tests of the parser. */
#ifndef TESTS_UNIT_KERNEL_ACPI_BUILDER_H
#define TESTS_UNIT_KERNEL_ACPI_BUILDER_H

#include "kernel/acpi/acpi.h"

enum { ACPI_MEMORY = 16384, ACPI_RSDP = 36 };

/* The physical address of the memory. Nothing else is readable. */
#define ACPI_BASE UINT64_C(0x7f000000)

/* A separate allocation, so that an overread is caught. */
extern uint8_t *acpi_memory;
extern uint32_t acpi_used;           /* number of bytes used */
extern uint8_t acpi_rsdp[ACPI_RSDP]; /* the loader's copy of the RSDP */
extern const struct acpi_reader acpi_reader;

/* Setup and teardown: start with empty memory, and free it. */
int acpi_setup(void **state);
int acpi_teardown(void **state);

/* Adds a table of `length` bytes with zeros after the header. Returns its address. */
uint64_t acpi_add(const char *signature, uint32_t length);
/* Writes a number of `size` bytes into the table at that address. */
void acpi_put(uint64_t table, uint32_t offset, uint64_t value, unsigned size);
void acpi_bytes(uint64_t table, uint32_t offset, const void *bytes, uint32_t size);
/* Sets the checksum for the length in the header. */
void acpi_seal(uint64_t table);

/* Adds a root table with these addresses: an XSDT if extended, or else an RSDT. Returns its
 * address. */
uint64_t acpi_root(bool extended, const uint64_t *tables, unsigned count);
/* Writes the RSDP with both checksums valid. */
void acpi_point(uint8_t revision, uint64_t rsdt, uint64_t xsdt);

/* Add a FADT with all registers (276 bytes) or of ACPI 1.0 (116 bytes), or a table with `size`
 * bytes of AML. Their checksums are valid. Return the address. */
uint64_t acpi_add_fadt(uint32_t length, uint64_t dsdt);
uint64_t acpi_add_aml(const char *signature, const void *aml, uint32_t size);

/* Parses the tables in memory, with the whole RSDP. */
void acpi_read_all(struct acpi *acpi);

/* Returns the index of the only table with this signature, or ACPI_NO_TABLE. */
unsigned acpi_index(const struct acpi *acpi, const char *signature);

#endif
