/* From the root system description pointer to the tables. */
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

static bool adds_up(const uint8_t *bytes, uint32_t size)
{
    uint8_t sum = 0;
    for (uint32_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + bytes[i]);
    return sum == 0;
}

/* There is room for the RSDP and both roots; see take_entries(). */
static unsigned note(struct acpi *acpi, struct acpi_table table)
{
    acpi->table[acpi->count] = table;
    return acpi->count++;
}

/* The copy has just the bytes that its tag has: 20 of ACPI 1.0, or more. */
static enum acpi_status take_pointer(const uint8_t *rsdp, uint32_t size, struct acpi *acpi,
                                     struct root_pointer *root)
{
    uint32_t length, rsdt;
    if (size < RSDP_1_SIZE)
        return ACPI_LENGTH;
    if (memcmp(rsdp, "RSD PTR ", 8) != 0)
        return ACPI_SIGNATURE;
    if (!adds_up(rsdp, RSDP_1_SIZE))
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
    if (!adds_up(rsdp, length))
        return ACPI_CHECKSUM;
    memcpy(&root->xsdt, rsdp + RSDP_XSDT, sizeof root->xsdt);
    return ACPI_OK;
}

/* Notes the root table; returns whether it is right. */
static bool take_root(const struct parse *parse, uint64_t address, const char *signature)
{
    struct acpi_table table = acpi_table_take(parse->reader, address);
    if (table.status == ACPI_OK && !acpi_table_is(&table, signature))
        table.status = ACPI_SIGNATURE;
    /* The line says which table was looked for. */
    memcpy(table.signature, signature, sizeof table.signature);
    parse->acpi->root_from = note(parse->acpi, table);
    return table.status == ACPI_OK;
}

/* What is in a table of a kind that is read; of several right ones, the first counts. */
static enum acpi_status take_facts(const struct parse *parse, const struct acpi_table *table)
{
    struct acpi *acpi = parse->acpi;
    unsigned *from = NULL;
    enum acpi_status status = ACPI_OK;
    if (acpi_table_is(table, "FACP")) {
        from = &acpi->fadt_from;
        if (*from == ACPI_NO_TABLE)
            status = acpi_fadt_read(parse->reader, table, &acpi->fadt);
    } else if (acpi_table_is(table, "APIC")) {
        from = &acpi->madt_from;
        if (*from == ACPI_NO_TABLE)
            status = acpi_madt_read(parse->reader, table, &acpi->madt);
    } else if (acpi_table_is(table, "SPCR")) {
        from = &acpi->spcr_from;
        if (*from == ACPI_NO_TABLE)
            status = acpi_spcr_read(parse->reader, table, &acpi->spcr);
    }
    if (from == NULL || status != ACPI_OK)
        return status;
    if (*from != ACPI_NO_TABLE)
        return ACPI_TWICE;
    *from = acpi->count; /* where it is about to be noted */
    return ACPI_OK;
}

static void take_table(const struct parse *parse, uint64_t address)
{
    struct acpi_table table = acpi_table_take(parse->reader, address);
    if (table.status == ACPI_OK)
        table.status = take_facts(parse, &table);
    note(parse->acpi, table);
}

/* The tables that the root names, but for one place that is the DSDT's. */
static void take_entries(const struct parse *parse, unsigned width)
{
    struct acpi *acpi = parse->acpi;
    const struct acpi_table root = acpi->table[acpi->root_from];
    acpi->entries = (root.length - ACPI_HEADER) / width;
    for (uint32_t i = 0; i < acpi->entries && acpi->count < ACPI_TABLES_MAX - 1; i++) {
        const uint64_t address =
            acpi_table_number(parse->reader, &root, ACPI_HEADER + i * width, width);
        if (address != 0) /* some firmware has empty entries */
            take_table(parse, address);
    }
}

/* The table of the main AML, which the root does not name. */
static unsigned take_dsdt(const struct parse *parse)
{
    const struct acpi *acpi = parse->acpi;
    if (acpi->fadt_from == ACPI_NO_TABLE || acpi->fadt.dsdt == 0)
        return ACPI_NO_TABLE;
    struct acpi_table table = acpi_table_take(parse->reader, acpi->fadt.dsdt);
    if (table.status == ACPI_OK && !acpi_table_is(&table, "DSDT"))
        table.status = ACPI_SIGNATURE;
    memcpy(table.signature, "DSDT", sizeof table.signature);
    return note(parse->acpi, table);
}

static bool take_s5(const struct parse *parse, unsigned index)
{
    struct acpi *acpi = parse->acpi;
    if (index == ACPI_NO_TABLE || acpi->table[index].status != ACPI_OK)
        return false;
    acpi->s5 = acpi_s5_find(parse->reader, &acpi->table[index]);
    if (acpi->s5.found)
        acpi->s5_from = index;
    return acpi->s5.found;
}

static void take_aml(const struct parse *parse)
{
    const struct acpi *acpi = parse->acpi;
    bool found = take_s5(parse, take_dsdt(parse));
    for (unsigned i = 0; !found && i < acpi->count; i++)
        found = acpi_table_is(&acpi->table[i], "SSDT") && take_s5(parse, i);
}

void acpi_parse(const void *rsdp, uint32_t rsdp_size, const struct acpi_reader *reader,
                struct acpi *acpi)
{
    const struct parse parse = {reader, acpi};
    struct root_pointer root = {0, 0};
    memset(acpi, 0, sizeof *acpi);
    acpi->root_from = acpi->fadt_from = acpi->madt_from = acpi->spcr_from = acpi->s5_from =
        ACPI_NO_TABLE;
    struct acpi_table pointer = {"RSDP", ACPI_ABSENT, (uintptr_t)rsdp, rsdp_size};
    if (rsdp != NULL)
        pointer.status = take_pointer(rsdp, rsdp_size, acpi, &root);
    note(acpi, pointer);
    if (root.xsdt != 0 && take_root(&parse, root.xsdt, "XSDT"))
        take_entries(&parse, 8);
    else if (root.rsdt != 0 && take_root(&parse, root.rsdt, "RSDT"))
        take_entries(&parse, 4);
    else
        acpi->root_from = ACPI_NO_TABLE;
    take_aml(&parse);
}
