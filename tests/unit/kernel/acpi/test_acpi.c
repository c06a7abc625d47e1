/* Tests the parser with valid ACPI tables, with each kind of damage, and with tables of a real
 * machine. */
#include <string.h>

#include "kernel/acpi/acpi.h"
#include "lib/bits.h"
#include "tests/unit/kernel/acpi/builder.h"
#include "tests/unit/kernel/acpi/microvm.h"
#include "tests/unit/unit.h"

static struct acpi acpi;

static const uint8_t s5_aml[] = {0x08, '_', 'S', '5', '_', 0x12, 0x06, 0x04, 0x0a, 5, 0x0a, 6, 0};

static enum acpi_status status_of(const char *signature)
{
    const unsigned index = acpi_index(&acpi, signature);
    return index == ACPI_NO_TABLE ? ACPI_ABSENT : acpi.table[index].status;
}

/* Parses an XSDT with these tables. */
static void parse(const uint64_t *tables, unsigned count)
{
    acpi_point(2, 0, acpi_root(true, tables, count));
    acpi_read_all(&acpi);
}

static void parse_one(uint64_t table)
{
    parse(&table, 1);
}

static void no_root_pointer(void **state)
{
    (void)state;
    acpi_parse(NULL, 0, &acpi_reader, &acpi);
    assert_int_equal(acpi.count, 1);
    assert_int_equal(status_of("RSDP"), ACPI_ABSENT);
    assert_int_equal(acpi.root_index, ACPI_NO_TABLE);
}

static void all_of_a_machine(void **state)
{
    const uint64_t dsdt = acpi_add_aml("DSDT", s5_aml, sizeof s5_aml);
    const uint64_t fadt = acpi_add_fadt(276, dsdt);
    (void)state;
    parse_one(fadt);
    assert_int_equal(acpi.revision, 2);
    assert_int_equal(acpi.count, 4);
    assert_int_equal(acpi.entries, 1);
    for (unsigned i = 0; i < acpi.count; i++)
        assert_int_equal(acpi.table[i].status, ACPI_OK);
    assert_int_equal(acpi.table[2].address, fadt);
    assert_int_equal(acpi.table[2].length, 276);
    assert_int_equal(acpi.fadt_index, 2);
    assert_int_equal(acpi.fadt.dsdt, dsdt);
    assert_true(acpi.fadt.reset_supported && !acpi.fadt.hardware_reduced);
    assert_int_equal(acpi.fadt.smi_command, 0xb2);
    assert_int_equal(acpi.fadt.acpi_enable, 0xf1);
    assert_int_equal(acpi.fadt.pm1a_control.address, 0x404);
    assert_int_equal(acpi.fadt.pm1b_control.address, 0x504);
    assert_int_equal(acpi.fadt.sleep_control.address, 0xfea00200);
    assert_int_equal(acpi.fadt.sleep_control.bit_width, 8);
    assert_int_equal(acpi.fadt.reset.address, 0xcf9);
    assert_int_equal(acpi.fadt.reset.space, ACPI_SPACE_IO);
    assert_int_equal(acpi.fadt.reset_value, 0x0f);
    assert_true(acpi.s5.found);
    assert_int_equal(acpi.s5_index, 3);
    assert_int_equal(acpi.s5.type_a, 5);
    assert_int_equal(acpi.s5.type_b, 6);
}

static void of_acpi_1(void **state)
{
    const uint64_t fadt = acpi_add_fadt(116, acpi_add_aml("DSDT", s5_aml, sizeof s5_aml));
    const uint64_t root = acpi_root(false, &fadt, 1);
    (void)state;
    acpi_point(0, root, 0x123456789); /* bytes after the 20 of ACPI 1.0 are ignored */
    acpi_rsdp[33] = 1;
    acpi_read_all(&acpi);
    assert_int_equal(status_of("RSDP"), ACPI_OK);
    assert_int_equal(status_of("RSDT"), ACPI_OK);
    assert_int_equal(status_of("FACP"), ACPI_OK);
    assert_int_equal(acpi.fadt.pm1a_control.address, 0xb004);
    assert_int_equal(acpi.fadt.pm1a_control.space, ACPI_SPACE_IO);
    assert_int_equal(acpi.fadt.pm1b_control.address, 0xb104);
    assert_int_equal(acpi.fadt.reset.address, 0);
    assert_int_equal(acpi.fadt.sleep_control.address, 0);
    assert_true(acpi.s5.found);
    acpi_parse(acpi_rsdp, 20, &acpi_reader, &acpi);
    assert_true(acpi.s5.found);
}

static void old_fields_where_extended_ones_are_empty(void **state)
{
    const uint64_t dsdt = acpi_add_aml("DSDT", s5_aml, sizeof s5_aml);
    const uint64_t fadt = acpi_add_fadt(276, 0);
    (void)state;
    acpi_put(fadt, 40, dsdt, 4);
    acpi_put(fadt, 176, 0, 8);
    acpi_put(fadt, 188, 0, 8);
    acpi_seal(fadt);
    parse_one(fadt);
    assert_int_equal(acpi.fadt.dsdt, dsdt);
    assert_int_equal(acpi.fadt.pm1a_control.address, 0xb004);
    assert_int_equal(acpi.fadt.pm1b_control.address, 0xb104);
}

/* The SMI command field has 32 bits, but an I/O port has 16. */
static void a_command_port_is_a_port(void **state)
{
    static const struct {
        uint32_t field, port;
    } cases[] = {{0xb2, 0xb2}, {0xffff, 0xffff}, {0x10000, 0}, {0x100b2, 0}};
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        acpi_setup(state);
        const uint64_t fadt = acpi_add_fadt(276, 0);
        acpi_put(fadt, 48, cases[i].field, 4);
        acpi_seal(fadt);
        parse_one(fadt);
        assert_int_equal(acpi.fadt.smi_command, cases[i].port);
    }
}

/* A table that ends inside a field does not have that field. */
static void half_a_field_is_none(void **state)
{
    const uint64_t dsdt = acpi_add_aml("DSDT", s5_aml, sizeof s5_aml);
    const uint64_t fadt = acpi_add_fadt(276, dsdt);
    (void)state;
    for (uint32_t length = 140; length < 148; length++) {
        acpi_put(fadt, 4, length, 4);
        acpi_seal(fadt);
        parse_one(fadt);
        assert_int_equal(status_of("FACP"), ACPI_OK);
        assert_int_equal(acpi.fadt.dsdt, 0x1234); /* the old field */
    }
    acpi_put(fadt, 4, 148, 4);
    acpi_seal(fadt);
    parse_one(fadt);
    assert_int_equal(acpi.fadt.dsdt, dsdt);
}

/* A table with only a header, followed by zeros up to its length. */
static bool read_header(void *header, uint64_t address, void *bytes, size_t size)
{
    memset(bytes, 0, size);
    if (address == ACPI_BASE)
        memcpy(bytes, header, size < ACPI_HEADER ? size : ACPI_HEADER);
    return true;
}

static void the_largest_table(void **state)
{
    uint8_t header[ACPI_HEADER] = {'T', 'E', 'S', 'T'};
    const struct acpi_reader reader = {read_header, header};
    (void)state;
    header[6] = 0x10;
    header[9] = (uint8_t) - ('T' + 'E' + 'S' + 'T' + 0x10);
    struct acpi_table table = acpi_table_open(&reader, ACPI_BASE);
    assert_int_equal(table.length, 1 << 20);
    assert_int_equal(table.status, ACPI_OK);
    header[4]++;
    header[9]--;
    table = acpi_table_open(&reader, ACPI_BASE);
    assert_int_equal(table.status, ACPI_LENGTH);
}

static void damaged_root_pointers(void **state)
{
    const uint64_t fadt = acpi_add_fadt(116, 0);
    const uint64_t rsdt = acpi_root(false, &fadt, 1), xsdt = acpi_root(true, &fadt, 1);
    (void)state;
    acpi_point(2, (uint32_t)rsdt, xsdt);
    acpi_rsdp[0] = 'X';
    acpi_rsdp[8] = (uint8_t)(acpi_rsdp[8] + 'R' - 'X');
    acpi_read_all(&acpi);
    assert_int_equal(status_of("RSDP"), ACPI_SIGNATURE);
    assert_int_equal(acpi.count, 1);

    acpi_point(2, (uint32_t)rsdt, xsdt);
    acpi_rsdp[8]++;
    acpi_read_all(&acpi);
    assert_int_equal(status_of("RSDP"), ACPI_CHECKSUM);
    assert_int_equal(acpi.count, 1);

    /* Only the first 20 bytes are valid, so the RSDT is used. */
    acpi_point(2, (uint32_t)rsdt, xsdt);
    acpi_rsdp[33]++;
    acpi_read_all(&acpi);
    assert_int_equal(status_of("RSDP"), ACPI_CHECKSUM);
    assert_int_equal(status_of("XSDT"), ACPI_ABSENT);
    assert_int_equal(status_of("RSDT"), ACPI_OK);

    for (unsigned length = 35; length <= 37; length += 2) {
        acpi_point(2, (uint32_t)rsdt, xsdt);
        acpi_rsdp[20] = (uint8_t)length;
        acpi_rsdp[32] = (uint8_t)(acpi_rsdp[32] + 36 - length);
        acpi_read_all(&acpi);
        assert_int_equal(status_of("RSDP"), ACPI_LENGTH);
        assert_int_equal(status_of("RSDT"), ACPI_OK);
    }
    acpi_point(2, (uint32_t)rsdt, xsdt);
    acpi_parse(acpi_rsdp, 35, &acpi_reader, &acpi);
    assert_int_equal(status_of("RSDP"), ACPI_LENGTH);
    acpi_parse(acpi_rsdp, 19, &acpi_reader, &acpi);
    assert_int_equal(status_of("RSDP"), ACPI_LENGTH);
    assert_int_equal(acpi.count, 1);
}

static void extended_root_before_the_old_one(void **state)
{
    const uint64_t old = acpi_add("OLD ", 40), new = acpi_add("NEW ", 40);
    const uint64_t rsdt = acpi_root(false, &old, 1), xsdt = acpi_root(true, &new, 1);
    (void)state;
    acpi_point(2, (uint32_t)rsdt, xsdt);
    acpi_read_all(&acpi);
    assert_int_equal(status_of("NEW "), ACPI_OK);
    assert_int_equal(status_of("OLD "), ACPI_ABSENT);
    assert_int_equal(status_of("RSDT"), ACPI_ABSENT);

    acpi_put(xsdt, 12, 1, 1);
    acpi_read_all(&acpi);
    assert_int_equal(status_of("XSDT"), ACPI_CHECKSUM);
    assert_int_equal(status_of("RSDT"), ACPI_OK);
    assert_int_equal(status_of("OLD "), ACPI_OK);
    assert_int_equal(status_of("NEW "), ACPI_ABSENT);

    acpi_point(2, (uint32_t)rsdt, new);
    acpi_read_all(&acpi);
    assert_int_equal(status_of("XSDT"), ACPI_SIGNATURE);
    assert_int_equal(status_of("OLD "), ACPI_OK);

    acpi_point(2, 0x1000, 0x2000);
    acpi_read_all(&acpi);
    assert_int_equal(status_of("XSDT"), ACPI_UNREADABLE);
    assert_int_equal(status_of("RSDT"), ACPI_UNREADABLE);
    assert_int_equal(acpi.root_index, ACPI_NO_TABLE);
}

static void damaged_tables_are_passed_over(void **state)
{
    const uint64_t bad = acpi_add("BAD1", 40), long_one = acpi_add("BAD2", 40);
    const uint64_t short_one = acpi_add("BAD3", 40), good = acpi_add("GOOD", 36);
    const uint64_t tables[] = {bad, long_one, short_one, 0, UINT64_MAX - 3, 0x1000, good};
    (void)state;
    acpi_put(bad, 39, 1, 1);
    acpi_put(long_one, 4, ACPI_TABLE_LIMIT + 1, 4);
    acpi_put(short_one, 4, 35, 4);
    parse(tables, ARRAY_COUNT(tables));
    assert_int_equal(acpi.entries, 7);
    assert_int_equal(acpi.count, 2 + 6); /* an empty entry is no table */
    assert_int_equal(status_of("BAD1"), ACPI_CHECKSUM);
    assert_int_equal(status_of("BAD2"), ACPI_LENGTH);
    assert_int_equal(status_of("BAD3"), ACPI_LENGTH);
    assert_int_equal(acpi.table[5].status, ACPI_UNREADABLE);
    assert_int_equal(acpi.table[6].status, ACPI_UNREADABLE);
    assert_int_equal(status_of("GOOD"), ACPI_OK);

    acpi_put(long_one, 4, ACPI_MEMORY, 4); /* within the limit, but longer than memory */
    acpi_read_all(&acpi);
    assert_int_equal(status_of("BAD2"), ACPI_UNREADABLE);
}

static void first_good_one_counts(void **state)
{
    const uint64_t broken = acpi_add_fadt(276, 0), shorter = acpi_add_fadt(116, 0);
    const uint64_t first = acpi_add_fadt(276, 0), second = acpi_add_fadt(276, 0);
    const uint64_t tables[] = {broken, shorter, first, second};
    (void)state;
    acpi_put(broken, 128, 0x77, 1);
    acpi_put(shorter, 4, 115, 4);
    acpi_seal(shorter);
    acpi_put(first, 128, 0x11, 1);
    acpi_seal(first);
    parse(tables, ARRAY_COUNT(tables));
    assert_int_equal(acpi.table[2].status, ACPI_CHECKSUM);
    assert_int_equal(acpi.table[3].status, ACPI_LENGTH);
    assert_int_equal(acpi.table[4].status, ACPI_OK);
    assert_int_equal(acpi.table[5].status, ACPI_TWICE);
    assert_int_equal(acpi.fadt_index, 4);
    assert_int_equal(acpi.fadt.reset_value, 0x11);
}

static void more_tables_than_room(void **state)
{
    uint64_t tables[ACPI_TABLES_MAX + 20];
    (void)state;
    tables[0] = acpi_add_fadt(116, acpi_add_aml("DSDT", s5_aml, sizeof s5_aml));
    for (unsigned i = 1; i < ARRAY_COUNT(tables); i++)
        tables[i] = acpi_add("SSDT", 36);
    parse(tables, ARRAY_COUNT(tables));
    assert_int_equal(acpi.entries, ARRAY_COUNT(tables));
    assert_int_equal(acpi.count, ACPI_TABLES_MAX);
    assert_int_equal(acpi.s5_index, ACPI_TABLES_MAX - 1);
}

static void processors_and_io_apics(void **state)
{
    static const uint8_t entries[] = {
        0, 8,  0, 0, 1,   0, 0,    0,                             /* enabled */
        0, 8,  1, 1, 0,   0, 0,    0,                             /* not enabled */
        0, 8,  2, 2, 3,   0, 0,    0,                             /* enabled */
        1, 12, 0, 0, 0,   0, 0,    0, 0, 0,  0, 0,                /* I/O APIC */
        9, 16, 0, 0, 254, 0, 0,    0, 1, 0,  0, 0, 0, 0, 0,    0, /* may also have a local APIC
                                                                     entry */
        9, 16, 0, 0, 255, 0, 0,    0, 1, 0,  0, 0, 0, 0, 0,    0, /* cannot have a local APIC entry
                                                                   */
        9, 16, 0, 0, 1,   1, 0,    0, 0, 0,  0, 0, 0, 0, 0,    0, /* not enabled */
        4, 6,  0, 0, 0,   0, 0x80, 2, 5, 12, 0, 0, 0, 0, 0xe1, 0xfe, 1, 0, 0, 0,
    };
    const uint64_t madt = acpi_add("APIC", 44 + sizeof entries);
    (void)state;
    acpi_put(madt, 36, 0xfee00000, 4);
    acpi_bytes(madt, 44, entries, sizeof entries);
    acpi_seal(madt);
    parse_one(madt);
    assert_int_equal(status_of("APIC"), ACPI_OK);
    assert_int_equal(acpi.madt.processors, 3);
    assert_int_equal(acpi.madt.io_apics, 1);
    assert_int_equal(acpi.madt.local_apic, UINT64_C(0x1fee10000));
}

static void only_x2apic_entries(void **state)
{
    const uint64_t madt = acpi_add("APIC", 44 + 32);
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        acpi_put(madt, 44 + 16 * i, 0x1009, 2);
        acpi_put(madt, 48 + 16 * i, i, 4);
        acpi_put(madt, 52 + 16 * i, 1, 4);
    }
    acpi_seal(madt);
    parse_one(madt);
    assert_int_equal(acpi.madt.processors, 2);
}

static void madt_entries_stay_inside(void **state)
{
    static const struct {
        uint8_t type, length;
        uint32_t room;
        enum acpi_status status;
    } cases[] = {
        {0, 8, 8, ACPI_OK},        {0, 7, 8, ACPI_ENTRIES},   {0, 9, 8, ACPI_ENTRIES},
        {0, 0, 8, ACPI_ENTRIES},   {7, 1, 8, ACPI_ENTRIES},   {7, 2, 2, ACPI_OK},
        {7, 255, 8, ACPI_ENTRIES}, {7, 1, 1, ACPI_ENTRIES},   {1, 12, 12, ACPI_OK},
        {1, 11, 11, ACPI_ENTRIES}, {9, 16, 16, ACPI_OK},      {9, 15, 15, ACPI_ENTRIES},
        {5, 12, 12, ACPI_OK},      {5, 11, 11, ACPI_ENTRIES},
    };
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        acpi_setup(state);
        const uint64_t madt = acpi_add("APIC", 44 + cases[i].room);
        acpi_put(madt, 44, cases[i].type, 1);
        if (cases[i].room > 1)
            acpi_put(madt, 45, cases[i].length, 1);
        acpi_seal(madt);
        parse_one(madt);
        assert_int_equal(status_of("APIC"), cases[i].status);
        assert_int_equal(acpi.madt_index, cases[i].status == ACPI_OK ? 2 : ACPI_NO_TABLE);
    }
    acpi_setup(state);
    parse_one(acpi_add("APIC", 43));
    assert_int_equal(status_of("APIC"), ACPI_LENGTH);
}

static void console_redirection(void **state)
{
    const uint64_t spcr = acpi_add("SPCR", 80);
    (void)state;
    acpi_put(spcr, 8, 2, 1);
    acpi_put(spcr, 36, 1, 1);
    acpi_put(spcr, 40, 0x01020801, 4);
    acpi_put(spcr, 44, 0x2f8, 8);
    acpi_put(spcr, 58, 7, 1);
    acpi_put(spcr, 76, 48000000, 4);
    acpi_seal(spcr);
    parse_one(spcr);
    assert_int_equal(status_of("SPCR"), ACPI_OK);
    assert_int_equal(acpi.spcr.revision, 2);
    assert_int_equal(acpi.spcr.interface, 1);
    assert_int_equal(acpi.spcr.base.space, ACPI_SPACE_IO);
    assert_int_equal(acpi.spcr.base.bit_width, 8);
    assert_int_equal(acpi.spcr.base.bit_offset, 2);
    assert_int_equal(acpi.spcr.base.access_size, 1);
    assert_int_equal(acpi.spcr.base.address, 0x2f8);
    assert_int_equal(acpi.spcr.baud_code, 7);
    assert_int_equal(acpi.spcr.clock, 0); /* the field is from a later revision */
    assert_int_equal(acpi.spcr.precise_baud, 0);

    acpi_put(spcr, 4, 79, 4);
    acpi_seal(spcr);
    acpi_read_all(&acpi);
    assert_int_equal(status_of("SPCR"), ACPI_LENGTH);
    assert_int_equal(acpi.spcr_index, ACPI_NO_TABLE);
}

/* Each revision adds a field that was reserved before. */
static void rates_of_newer_revisions(void **state)
{
    for (uint8_t revision = 1; revision <= 5; revision++) {
        acpi_setup(state);
        const uint64_t spcr = acpi_add("SPCR", 90);
        acpi_put(spcr, 8, revision, 1);
        acpi_put(spcr, 76, 48000000, 4);
        acpi_put(spcr, 80, 1500000, 4);
        acpi_seal(spcr);
        parse_one(spcr);
        assert_int_equal(status_of("SPCR"), ACPI_OK);
        assert_int_equal(acpi.spcr.clock, revision >= 3 ? 48000000 : 0);
        assert_int_equal(acpi.spcr.precise_baud, revision >= 4 ? 1500000 : 0);
    }
}

static void sleep_types_of_an_ssdt(void **state)
{
    const uint64_t tables[] = {
        acpi_add_aml("SSDT", "nothing", 7),
        acpi_add_aml("SSDT", s5_aml, sizeof s5_aml),
        acpi_add_fadt(276, acpi_add_aml("DSDT", "nothing", 7)),
    };
    (void)state;
    parse(tables, ARRAY_COUNT(tables));
    assert_int_equal(acpi.s5_index, 3);
    assert_int_equal(acpi.s5.type_a, 5);
    acpi_put(tables[1], 12, 1, 1);
    acpi_read_all(&acpi);
    assert_false(acpi.s5.found);
}

static void wrong_dsdt(void **state)
{
    (void)state;
    parse_one(acpi_add_fadt(276, acpi_add_aml("SSDT", s5_aml, sizeof s5_aml)));
    assert_int_equal(status_of("DSDT"), ACPI_SIGNATURE);
    assert_false(acpi.s5.found);
    acpi_setup(state);
    parse_one(acpi_add_fadt(276, 0x1000));
    assert_int_equal(status_of("DSDT"), ACPI_UNREADABLE);
    acpi_setup(state);
    parse_one(acpi_add_fadt(276, 0));
    assert_int_equal(status_of("DSDT"), ACPI_UNREADABLE); /* the old field has 0x1234 */
}

static bool read_microvm(void *context, uint64_t address, void *bytes, size_t size)
{
    (void)context;
    if (address < MICROVM_ADDRESS || address - MICROVM_ADDRESS > sizeof microvm_tables ||
        size > sizeof microvm_tables - (address - MICROVM_ADDRESS))
        return false;
    memcpy(bytes, microvm_tables + (address - MICROVM_ADDRESS), size);
    return true;
}

static void tables_of_a_real_machine(void **state)
{
    const struct acpi_reader reader = {read_microvm, NULL};
    (void)state;
    acpi_point(2, 0, MICROVM_XSDT);
    acpi_parse(acpi_rsdp, sizeof acpi_rsdp, &reader, &acpi);
    assert_int_equal(acpi.count, 5);
    for (unsigned i = 0; i < acpi.count; i++)
        assert_int_equal(acpi.table[i].status, ACPI_OK);
    assert_true(acpi.fadt.hardware_reduced && acpi.fadt.reset_supported);
    assert_int_equal(acpi.fadt.sleep_control.space, ACPI_SPACE_MEMORY);
    assert_int_equal(acpi.fadt.sleep_control.address, 0xfea00200);
    assert_int_equal(acpi.fadt.reset.address, 0xfea00202);
    assert_int_equal(acpi.fadt.reset_value, 0x42);
    assert_int_equal(acpi.madt.processors, 1);
    assert_int_equal(acpi.madt.io_apics, 2);
    assert_int_equal(acpi.s5.type_a, 5);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, acpi_setup, acpi_teardown)
    const struct CMUnitTest tests[] = {
        TEST(no_root_pointer),
        TEST(all_of_a_machine),
        TEST(of_acpi_1),
        TEST(old_fields_where_extended_ones_are_empty),
        TEST(a_command_port_is_a_port),
        TEST(half_a_field_is_none),
        TEST(the_largest_table),
        TEST(damaged_root_pointers),
        TEST(extended_root_before_the_old_one),
        TEST(damaged_tables_are_passed_over),
        TEST(first_good_one_counts),
        TEST(more_tables_than_room),
        TEST(processors_and_io_apics),
        TEST(only_x2apic_entries),
        TEST(madt_entries_stay_inside),
        TEST(console_redirection),
        TEST(rates_of_newer_revisions),
        TEST(sleep_types_of_an_ssdt),
        TEST(wrong_dsdt),
        TEST(tables_of_a_real_machine),
    };
    return cmocka_run_group_tests_name("acpi", tests, NULL, NULL);
}
