/* Finds and reads all ACPI tables, starting from the root system description pointer. */
#include "kernel/acpi/acpi.h"

#include "lib/bits.h"
#include "lib/string.h"

/* ACPI Specification 6.5, §5.2.5.3 "Root System Description Pointer (RSDP) Structure". */
enum {
    RSDP_1_SIZE = 20, /* ACPI 1.0 */
    RSDP_2_SIZE = 36, /* ACPI 2.0 and later */
    RSDP_REVISION = 15,
    RSDP_RSDT = 16,
    RSDP_LENGTH = 20,
    RSDP_XSDT = 24,
};

struct root_pointer {
    uint64_t rsdt; /* 0: none */
    uint64_t xsdt;
};

struct parse {
    const struct acpi_reader *reader;
    struct acpi *acpi;
};

/* Returns true if the bytes sum to 0 modulo 256. */
static bool checksum_is_valid(const uint8_t *bytes, uint32_t size)
{
    uint8_t sum = 0;
    for (uint32_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + bytes[i]);
    return sum == 0;
}

/* Appends a table and returns its index. read_entries() limits the number of tables, so there is
 * always room. */
static unsigned add_table(struct acpi *acpi, struct acpi_table table)
{
    acpi->table[acpi->count] = table;
    return acpi->count++;
}

/* Reads the RSDP. `size` is the size of the loader's copy: 20 bytes for ACPI 1.0, or more. */
static enum acpi_status read_rsdp(const uint8_t *rsdp, uint32_t size, struct acpi *acpi,
                                  struct root_pointer *root)
{
    uint32_t length, rsdt;
    if (size < RSDP_1_SIZE)
        return ACPI_LENGTH;
    if (memcmp(rsdp, "RSD PTR ", 8) != 0)
        return ACPI_SIGNATURE;
    if (!checksum_is_valid(rsdp, RSDP_1_SIZE))
        return ACPI_CHECKSUM;
    acpi->revision = rsdp[RSDP_REVISION];
    memcpy(&rsdt, rsdp + RSDP_RSDT, sizeof rsdt);
    root->rsdt = rsdt;
    if (acpi->revision < 2)
        return ACPI_OK;
    if (size < RSDP_2_SIZE)
        return ACPI_LENGTH;
    memcpy(&length, rsdp + RSDP_LENGTH, sizeof length);
    if (length < RSDP_2_SIZE || length > size)
        return ACPI_LENGTH;
    if (!checksum_is_valid(rsdp, length))
        return ACPI_CHECKSUM;
    memcpy(&root->xsdt, rsdp + RSDP_XSDT, sizeof root->xsdt);
    return ACPI_OK;
}

/* Opens the root table. Returns true if it is valid. */
static bool open_root(const struct parse *parse, uint64_t address, const char *signature)
{
    struct acpi_table table = acpi_table_open(parse->reader, address);
    if (table.status == ACPI_OK && !acpi_table_is(&table, signature))
        table.status = ACPI_SIGNATURE;
    /* Even if another table was found there, report the name of the expected one. */
    memcpy(table.signature, signature, sizeof table.signature);
    parse->acpi->root_index = add_table(parse->acpi, table);
    return table.status == ACPI_OK;
}

/* Reads the contents of a FADT, MADT or SPCR. If there are several valid ones, the first counts.
 * Does nothing for other tables. */
static enum acpi_status read_contents(const struct parse *parse, const struct acpi_table *table)
{
    struct acpi *acpi = parse->acpi;
    unsigned *index = NULL;
    enum acpi_status status = ACPI_OK;
    if (acpi_table_is(table, "FACP")) {
        index = &acpi->fadt_index;
        if (*index == ACPI_NO_TABLE)
            status = acpi_fadt_read(parse->reader, table, &acpi->fadt);
    } else if (acpi_table_is(table, "APIC")) {
        index = &acpi->madt_index;
        if (*index == ACPI_NO_TABLE)
            status = acpi_madt_read(parse->reader, table, &acpi->madt);
    } else if (acpi_table_is(table, "SPCR")) {
        index = &acpi->spcr_index;
        if (*index == ACPI_NO_TABLE)
            status = acpi_spcr_read(parse->reader, table, &acpi->spcr);
    }
    if (index == NULL || status != ACPI_OK)
        return status;
    if (*index != ACPI_NO_TABLE)
        return ACPI_TWICE;
    *index = acpi->count; /* read_table() appends the table at this index */
    return ACPI_OK;
}

static void read_table(const struct parse *parse, uint64_t address)
{
    struct acpi_table table = acpi_table_open(parse->reader, address);
    if (table.status == ACPI_OK)
        table.status = read_contents(parse, &table);
    add_table(parse->acpi, table);
}

/* Reads the tables that the root table lists. Leaves one element of acpi->table for the DSDT. */
static void read_entries(const struct parse *parse, unsigned width)
{
    struct acpi *acpi = parse->acpi;
    const struct acpi_table root = acpi->table[acpi->root_index];
    acpi->entries = (root.length - ACPI_HEADER) / width;
    for (uint32_t i = 0; i < acpi->entries && acpi->count < ACPI_TABLES_MAX - 1; i++) {
        const uint64_t address =
            acpi_table_number(parse->reader, &root, ACPI_HEADER + i * width, width);
        if (address != 0) /* some firmware has empty entries */
            read_table(parse, address);
    }
}

/* Opens the DSDT, which only the FADT points to. Returns its index, or ACPI_NO_TABLE. */
static unsigned open_dsdt(const struct parse *parse)
{
    const struct acpi *acpi = parse->acpi;
    if (acpi->fadt_index == ACPI_NO_TABLE || acpi->fadt.dsdt == 0)
        return ACPI_NO_TABLE;
    struct acpi_table table = acpi_table_open(parse->reader, acpi->fadt.dsdt);
    if (table.status == ACPI_OK && !acpi_table_is(&table, "DSDT"))
        table.status = ACPI_SIGNATURE;
    memcpy(table.signature, "DSDT", sizeof table.signature);
    return add_table(parse->acpi, table);
}

static bool find_s5_in(const struct parse *parse, unsigned index)
{
    struct acpi *acpi = parse->acpi;
    if (index == ACPI_NO_TABLE || acpi->table[index].status != ACPI_OK)
        return false;
    acpi->s5 = acpi_s5_find(parse->reader, &acpi->table[index]);
    if (acpi->s5.found)
        acpi->s5_index = index;
    return acpi->s5.found;
}

/* Searches the DSDT for \_S5, then the SSDTs. */
static void find_s5(const struct parse *parse)
{
    const struct acpi *acpi = parse->acpi;
    bool found = find_s5_in(parse, open_dsdt(parse));
    for (unsigned i = 0; !found && i < acpi->count; i++)
        found = acpi_table_is(&acpi->table[i], "SSDT") && find_s5_in(parse, i);
}

void acpi_parse(const void *rsdp, uint32_t rsdp_size, const struct acpi_reader *reader,
                struct acpi *acpi)
{
    const struct parse parse = {reader, acpi};
    struct root_pointer root = {0, 0};
    memset(acpi, 0, sizeof *acpi);
    acpi->root_index = acpi->fadt_index = acpi->madt_index = acpi->spcr_index = acpi->s5_index =
        ACPI_NO_TABLE;
    struct acpi_table pointer = {"RSDP", ACPI_ABSENT, (uintptr_t)rsdp, rsdp_size};
    if (rsdp != NULL)
        pointer.status = read_rsdp(rsdp, rsdp_size, acpi, &root);
    add_table(acpi, pointer);
    if (root.xsdt != 0 && open_root(&parse, root.xsdt, "XSDT"))
        read_entries(&parse, 8);
    else if (root.rsdt != 0 && open_root(&parse, root.rsdt, "RSDT"))
        read_entries(&parse, 4);
    else
        acpi->root_index = ACPI_NO_TABLE;
    find_s5(&parse);
}
