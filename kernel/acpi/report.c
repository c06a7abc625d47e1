/* Prints a line for each ACPI table: its identity and status, then the facts from a valid table. */
#include "kernel/acpi/report.h"

/* The words of the serial contract; docs/serial.md lists them. */
static const char *status_name(enum acpi_status status)
{
    switch (status) {
    case ACPI_OK:
        return "ok";
    case ACPI_ABSENT:
        return "absent";
    case ACPI_UNREADABLE:
        return "unreadable";
    case ACPI_SIGNATURE:
        return "signature";
    case ACPI_LENGTH:
        return "length";
    case ACPI_CHECKSUM:
        return "checksum";
    case ACPI_ENTRIES:
        return "entries";
    case ACPI_TWICE:
        return "twice";
    }
    return "?";
}

static const char *space_name(uint8_t space)
{
    switch (space) {
    case ACPI_SPACE_MEMORY:
        return "memory";
    case ACPI_SPACE_IO:
        return "io";
    case ACPI_SPACE_PCI:
        return "pci";
    default:
        return "other";
    }
}

static const char *yes_no(bool yes)
{
    return yes ? "yes" : "no";
}

/* Prints the signature. It may be any four bytes, so '?' replaces those that a name cannot have. */
static void print_name(struct line *line, const struct acpi_table *table)
{
    char name[sizeof table->signature + 1];
    for (unsigned i = 0; i < sizeof table->signature; i++) {
        const char c = table->signature[i];
        name[i] = c > ' ' && c <= '~' && c != '"' ? c : '?';
    }
    name[sizeof table->signature] = '\0';
    line_name(line, "table", name);
}

static void print_facts(struct line *line, const struct acpi *acpi,
                        const struct power_machine *machine, unsigned index)
{
    struct power_step steps[POWER_STEPS_MAX];
    if (index == 0)
        line_decimal(line, "revision", acpi->revision);
    if (index == acpi->root_index)
        line_decimal(line, "tables", acpi->entries);
    if (index == acpi->fadt_index) {
        line_name(line, "poweroff", yes_no(power_plan_off(acpi, machine, steps) > 0));
        line_name(line, "reset", yes_no(power_plan_reset(acpi, machine, steps) > 0));
    }
    if (index == acpi->madt_index) {
        line_decimal(line, "processors", acpi->madt.processors);
        line_decimal(line, "io_apics", acpi->madt.io_apics);
        line_hex(line, "local_apic", acpi->madt.local_apic);
    }
    if (index == acpi->spcr_index) {
        line_decimal(line, "interface", acpi->spcr.interface);
        line_name(line, "space", space_name(acpi->spcr.base.space));
        line_hex(line, "registers", acpi->spcr.base.address);
        line_decimal(line, "baud_code", acpi->spcr.baud_code);
    }
    if (index == acpi->s5_index) {
        line_decimal(line, "s5_a", acpi->s5.type_a);
        line_decimal(line, "s5_b", acpi->s5.type_b);
    }
}

static void print_table(struct line *line, const struct acpi *acpi,
                        const struct power_machine *machine, unsigned index)
{
    const struct acpi_table *table = &acpi->table[index];
    line_begin(line, "acpi");
    print_name(line, table);
    if (table->status != ACPI_ABSENT) {
        line_hex(line, "address", table->address);
        line_decimal(line, "length", table->length);
    }
    line_name(line, "status", status_name(table->status));
    if (table->status == ACPI_OK)
        print_facts(line, acpi, machine, index);
    line_end(line);
}

void acpi_report(const struct acpi *acpi, const struct power_machine *machine, struct line *line)
{
    for (unsigned i = 0; i < acpi->count; i++)
        print_table(line, acpi, machine, i);
}
