/* Tests the acpi lines of the log. */
#include "kernel/acpi/report.h"

#include "lib/bits.h"
#include "tests/unit/kernel/acpi/builder.h"
#include "tests/unit/log_lines.h"

static struct acpi acpi;
static const struct boot_info boot = {.memory_count = 1,
                                      .memory = {{0, 0x80000000, BOOT_MEMORY_AVAILABLE}}};
static const struct power_machine machine = {
    .acpi_mode = true, .memory_end = UINT64_C(1) << 40, .boot = &boot};

static void report(void)
{
    acpi_report(&acpi, &machine, log_begin());
    log_parse();
}

static void assert_table(unsigned index, const char *name, const char *status)
{
    assert_string_equal(log_lines.at[index].tag, "acpi");
    assert_string_equal(log_text(index, "table"), name);
    assert_string_equal(log_text(index, "status"), status);
}

static void no_root_pointer(void **state)
{
    (void)state;
    acpi_parse(NULL, 0, &acpi_reader, &acpi);
    report();
    assert_int_equal(log_lines.count, 1);
    assert_int_equal(log_lines.at[0].count, 2);
    assert_table(0, "RSDP", "absent");
}

static void facts_of_good_tables(void **state)
{
    static const char s5[] = "\x08_S5_\x12\x06\x04\x0a\x05\x0a\x06";
    const uint64_t tables[] = {
        acpi_add_fadt(276, acpi_add_aml("DSDT", s5, sizeof s5 - 1)),
        acpi_add("APIC", 44),
        acpi_add("SPCR", 80),
        acpi_add("HPET", 56),
        acpi_add_fadt(116, 0),
    };
    (void)state;
    acpi_put(tables[2], 40, ACPI_SPACE_IO, 1);
    acpi_put(tables[2], 44, 0x3f8, 8);
    acpi_seal(tables[2]);
    acpi_point(2, 0, acpi_root(true, tables, ARRAY_COUNT(tables)));
    acpi_read_all(&acpi);
    report();
    assert_int_equal(log_lines.count, 8);
    log_assert_keys(0, "acpi", "table address length status revision ");
    assert_table(0, "RSDP", "ok");
    log_assert_keys(1, "acpi", "table address length status tables ");
    assert_int_equal(log_decimal(1, "tables"), 5);
    log_assert_keys(2, "acpi", "table address length status poweroff reset ");
    assert_int_equal(log_hex(2, "address"), tables[0]);
    assert_int_equal(log_decimal(2, "length"), 276);
    assert_string_equal(log_text(2, "poweroff"), "yes");
    assert_string_equal(log_text(2, "reset"), "yes");
    log_assert_keys(3, "acpi", "table address length status processors io_apics local_apic ");
    log_assert_keys(4, "acpi", "table address length status interface space registers baud_code ");
    assert_string_equal(log_text(4, "space"), "io");
    assert_int_equal(log_hex(4, "registers"), 0x3f8);
    assert_table(5, "HPET", "ok");
    assert_int_equal(log_lines.at[5].count, 4);
    assert_table(6, "FACP", "twice");
    assert_int_equal(log_lines.at[6].count, 4);
    assert_table(7, "DSDT", "ok");
    assert_int_equal(log_decimal(7, "s5_a"), 5);
    assert_int_equal(log_decimal(7, "s5_b"), 6);
}

/* The report does not offer an action whose register the kernel cannot write. */
static void ways_that_cannot_be_gone(void **state)
{
    static const struct {
        uint64_t address;
        const char *reset;
    } cases[] = {{0xfea00202, "yes"},
                 {0x7fffffff, "no"}, /* RAM */
                 {(UINT64_C(1) << 40) - 1, "yes"},
                 {UINT64_C(1) << 40, "no"}}; /* beyond the accessible addresses */
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        acpi_setup(state);
        const uint64_t fadt = acpi_add_fadt(276, 0);
        acpi_put(fadt, 116, ACPI_SPACE_MEMORY, 1);
        acpi_put(fadt, 120, cases[i].address, 8);
        acpi_seal(fadt);
        acpi_point(2, 0, acpi_root(true, &fadt, 1));
        acpi_read_all(&acpi);
        report();
        assert_table(2, "FACP", "ok");
        assert_string_equal(log_text(2, "reset"), cases[i].reset);
        assert_string_equal(log_text(2, "poweroff"), "no"); /* without \_S5 */
    }
}

static void every_status(void **state)
{
    static const char *const names[] = {
        [ACPI_OK] = "ok",
        [ACPI_ABSENT] = "absent",
        [ACPI_UNREADABLE] = "unreadable",
        [ACPI_SIGNATURE] = "signature",
        [ACPI_LENGTH] = "length",
        [ACPI_CHECKSUM] = "checksum",
        [ACPI_ENTRIES] = "entries",
        [ACPI_TWICE] = "twice",
    };
    (void)state;
    acpi_parse(NULL, 0, &acpi_reader, &acpi);
    for (unsigned i = 0; i < ARRAY_COUNT(names); i++) {
        acpi.table[0].status = (enum acpi_status)i;
        report();
        assert_table(0, "RSDP", names[i]);
    }
}

static void any_signature_keeps_the_grammar(void **state)
{
    (void)state;
    acpi_parse(NULL, 0, &acpi_reader, &acpi);
    acpi.table[0].status = ACPI_CHECKSUM;
    for (unsigned byte = 0; byte < 256; byte++) {
        char wanted[] = "A?BC";
        memcpy(acpi.table[0].signature, (char[]){'A', (char)byte, 'B', 'C'}, 4);
        if (byte > ' ' && byte <= '~' && byte != '"')
            wanted[1] = (char)byte;
        report();
        assert_table(0, wanted, "checksum");
        assert_false(log_find(0, "table")->quoted);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, acpi_setup, acpi_teardown)
    const struct CMUnitTest tests[] = {
        TEST(no_root_pointer),
        TEST(facts_of_good_tables),
        TEST(ways_that_cannot_be_gone),
        TEST(every_status),
        TEST(any_signature_keeps_the_grammar),
    };
    return cmocka_run_group_tests_name("acpi_report", tests, NULL, NULL);
}
