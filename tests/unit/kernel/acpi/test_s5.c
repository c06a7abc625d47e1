/* Tests the search for \_S5 in AML: its encodings, and bytes that only look like it. */
#include <string.h>

#include "kernel/acpi/s5.h"
#include "lib/bits.h"
#include "tests/unit/kernel/acpi/builder.h"
#include "tests/unit/unit.h"

static struct acpi_s5 find(const void *aml, uint32_t size)
{
    void *state = NULL;
    assert_int_equal(acpi_setup(&state), 0);
    const struct acpi_table table = acpi_table_open(&acpi_reader, acpi_add_aml("DSDT", aml, size));
    assert_int_equal(table.status, ACPI_OK);
    return acpi_s5_find(&acpi_reader, &table);
}

#define NAME "\x08_S5_"

/* A NUL in the text is a ZeroOp. The final NUL is not part of the AML. */
#define FIND(text) find(text, sizeof(text) - 1)

static void assert_types(struct acpi_s5 s5, uint8_t a, uint8_t b)
{
    assert_true(s5.found);
    assert_int_equal(s5.type_a, a);
    assert_int_equal(s5.type_b, b);
}

static void every_encoding_of_an_integer(void **state)
{
    (void)state;
    assert_types(FIND(NAME "\x12\x04\x02\x00\x00"), 0, 0);
    assert_types(FIND(NAME "\x12\x04\x02\x01\x00"), 1, 0);
    assert_types(FIND(NAME "\x12\x06\x04\x0a\x05\x0a\x06"), 5, 6);
    assert_types(FIND(NAME "\x12\x08\x02\x0b\x07\x00\x0b\x06\x00"), 7, 6);
    assert_types(FIND(NAME "\x12\x0c\x02\x0c\x03\x00\x00\x00\x0c\x04\x00\x00\x00"), 3, 4);
    assert_types(FIND(NAME "\x12\x05\x04\x01\x0a\x02"), 1, 2);
    assert_types(FIND("\x08\\_S5_\x12\x06\x04\x0a\x05\x0a\x06"), 5, 6);
    assert_types(FIND(NAME "\x12\x05\x01\x0b\x05\x06"), 5, 6); /* both values in one integer */
    assert_types(FIND(NAME "\x12\x07\x01\x0c\x05\x06\xff\xff"), 5,
                 6); /* only the low half counts */
}

static void every_length_of_a_length(void **state)
{
    (void)state;
    assert_types(FIND(NAME "\x12\x47\x00\x02\x0a\x05\x0a\x06"), 5, 6);
    assert_types(FIND(NAME "\x12\x88\x00\x00\x02\x0a\x05\x0a\x06"), 5, 6);
    assert_types(FIND(NAME "\x12\xc9\x00\x00\x00\x02\x0a\x05\x0a\x06"), 5, 6);
    assert_types(FIND(NAME "\x12\x77\x00\x02\x0a\x05\x0a\x06"), 5, 6); /* reserved bits */
    /* 0x44 bytes: the second byte of the length gives bits 11:4. */
    assert_types(FIND(NAME "\x12\x44\x04\x02\x0a\x05\x0a\x06"
                           "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abc"),
                 5, 6);
    assert_false(FIND(NAME "\x12\x44\x04\x02\x0a\x05\x0a\x06"
                           "0123456789abcdef0123456789abcdef0123456789abcdef0123456789a")
                     .found);
    /* The package is one byte longer than the table, with each encoding of the length. */
    assert_false(FIND(NAME "\x12\x07\x02\x0a\x05\x0a\x06").found);
    assert_false(FIND(NAME "\x12\x48\x00\x02\x0a\x05\x0a\x06").found);
    assert_false(FIND(NAME "\x12\x47\x01\x02\x0a\x05\x0a\x06").found);
    assert_false(FIND(NAME "\x12\x88\x00\x01\x02\x0a\x05\x0a\x06").found);
    assert_false(FIND(NAME "\x12\xc9\x00\x00\x01\x02\x0a\x05\x0a\x06").found);
}

static void elements_stay_in_the_package(void **state)
{
    (void)state;
    assert_false(FIND(NAME "\x12\x05\x04\x0a\x05\x0a\x06").found);
    assert_false(FIND(NAME "\x12\x04\x04\x0a\x05\x0a\x06").found);
    assert_false(FIND(NAME "\x12\x03\x04\x0a\x05\x0a\x06").found);
    assert_false(FIND(NAME "\x12\x02\x04\x0a\x05\x0a\x06").found);
    assert_false(FIND(NAME "\x12\x01\x04\x0a\x05\x0a\x06").found);
    assert_false(FIND(NAME "\x12\x00\x04\x0a\x05\x0a\x06").found);
    assert_false(FIND(NAME "\x12\x06\x00\x0a\x05\x0a\x06").found); /* no elements */
    assert_false(FIND(NAME "\x12\x03\x02\x0b\x07").found);
    assert_false(FIND(NAME "\x12\x05\x02\x0c\x03\x00\x00").found);
}

static void what_is_something_else(void **state)
{
    (void)state;
    assert_false(FIND("").found);
    assert_false(FIND("\x08_S4_\x12\x06\x04\x0a\x05\x0a\x06").found);
    assert_false(FIND("_S5_\x12\x06\x04\x0a\x05\x0a\x06").found);
    assert_false(FIND("\x08\\\\_S5_\x12\x06\x04\x0a\x05\x0a\x06").found);
    assert_false(FIND(NAME "\x13\x06\x04\x0a\x05\x0a\x06").found);
    assert_false(FIND(NAME "\x12\x06\x04\x0e\x05\x0a\x06").found);
    assert_false(FIND(NAME "\x12\x06\x04\x0a\x08\x0a\x06").found); /* more than three bits */
    assert_false(FIND(NAME "\x12\x06\x04\x0a\x05\x0a\x08").found);
    assert_types(FIND(NAME "\x13" NAME "\x12\x06\x04\x0a\x05\x0a\x06"), 5, 6);
}

static void cut_off_anywhere(void **state)
{
    static const char aml[] = "\x08\\_S5_\x12\xcb\x00\x00\x00\x02\x0b\x05\x00\x0b\x06\x00";
    for (uint32_t size = 0; size < sizeof aml - 1; size++) {
        assert_false(find(aml, size).found);
        /* The missing bytes are in memory after the table. */
        assert_int_equal(acpi_setup(state), 0);
        const uint64_t address = acpi_add_aml("DSDT", aml, sizeof aml - 1);
        acpi_put(address, 4, ACPI_HEADER + size, 4);
        acpi_seal(address);
        const struct acpi_table table = acpi_table_open(&acpi_reader, address);
        assert_int_equal(table.status, ACPI_OK);
        assert_false(acpi_s5_find(&acpi_reader, &table).found);
    }
    assert_types(find(aml, sizeof aml - 1), 5, 6);
}

static uint64_t hole;

static bool read_around_hole(void *context, uint64_t address, void *bytes, size_t size)
{
    return (hole < address || hole >= address + size) &&
           acpi_reader.read(context, address, bytes, size);
}

/* Makes one byte unreadable, at each place in turn. The windows start after the header, so if that
 * byte is the first one of the second window, all bytes before it are readable. */
static void a_byte_that_cannot_be_read(void **state)
{
    static const char aml[] = NAME "\x12\xca\x00\x00\x00\x01\x0c\x05\x06\x00\x00";
    const struct acpi_reader reader = {read_around_hole, NULL};
    const uint32_t size = sizeof aml - 1, piece = 256;
    char bytes[2 * 256];
    (void)state;
    for (uint32_t i = 0; i <= size; i++) {
        memset(bytes, 0, sizeof bytes);
        memcpy(bytes + piece - i, aml, size);
        assert_types(find(bytes, sizeof bytes), 5, 6);
        const struct acpi_table table = acpi_table_open(&acpi_reader, ACPI_BASE);
        hole = ACPI_BASE + ACPI_HEADER + piece;
        const struct acpi_s5 s5 = acpi_s5_find(&reader, &table);
        assert_int_equal(s5.found, i == size);
    }
}

/* Finds the package at every offset relative to the windows. */
static void at_every_offset(void **state)
{
    static const char aml[] = NAME "\x12\x06\x04\x0a\x05\x0a\x06";
    char bytes[600];
    (void)state;
    for (uint32_t at = 0; at + sizeof aml <= sizeof bytes; at++) {
        memset(bytes, '\x08', sizeof bytes);
        memcpy(bytes + at, aml, sizeof aml - 1);
        assert_types(find(bytes, sizeof bytes), 5, 6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_encoding_of_an_integer),
        cmocka_unit_test(every_length_of_a_length),
        cmocka_unit_test(elements_stay_in_the_package),
        cmocka_unit_test(what_is_something_else),
        cmocka_unit_test(cut_off_anywhere),
        cmocka_unit_test(a_byte_that_cannot_be_read),
        cmocka_unit_test(at_every_offset),
    };
    return cmocka_run_group_tests_name("acpi_s5", tests, NULL, acpi_teardown);
}
