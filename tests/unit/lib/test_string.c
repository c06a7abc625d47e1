/* Tests the kernel's memory and string functions. They are renamed here, so that the test itself
 * can use those of the C library. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

#define memcpy  trapline_memcpy
#define memmove trapline_memmove
#define memset  trapline_memset
#define memcmp  trapline_memcmp
#define strlen  trapline_strlen
#define strcmp  trapline_strcmp
#include "lib/string.c" /* NOLINT(bugprone-suspicious-include) */
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strcmp

enum { SPACE = 48 };

/* Fills the space with different bytes. */
static void fill(unsigned char *space)
{
    for (int i = 0; i < SPACE; i++)
        space[i] = (unsigned char)(0x80 + i);
}

static void copies_exactly_what_it_should(void **state)
{
    unsigned char from[SPACE];

    (void)state;
    fill(from);
    for (size_t size = 0; size <= 20; size++) {
        for (size_t at = 0; at < 9; at++) {
            unsigned char to[SPACE] = {0};

            assert_ptr_equal(trapline_memcpy(to + 8 + at, from + at, size), to + 8 + at);
            for (size_t i = 0; i < SPACE; i++) {
                bool inside = i >= 8 + at && i < 8 + at + size;

                assert_int_equal(to[i], inside ? from[i - 8] : 0);
            }
        }
    }
}

static void moves_over_itself_both_ways(void **state)
{
    (void)state;
    for (size_t size = 0; size <= 16; size++) {
        for (size_t from = 0; from <= 32; from++) {
            unsigned char original[SPACE];
            unsigned char space[SPACE];

            fill(original);
            fill(space);
            assert_ptr_equal(trapline_memmove(space + 16, space + from, size), space + 16);
            for (size_t i = 0; i < SPACE; i++) {
                bool inside = i >= 16 && i < 16 + size;

                assert_int_equal(space[i], inside ? original[i - 16 + from] : original[i]);
            }
        }
    }
}

static void sets_exactly_what_it_should(void **state)
{
    (void)state;
    for (size_t size = 0; size <= 20; size++) {
        unsigned char space[SPACE];

        fill(space);
        /* The value is converted to a byte (ISO C §7.24.6.1). */
        assert_ptr_equal(trapline_memset(space + 5, 0x107, size), space + 5);
        for (size_t i = 0; i < SPACE; i++) {
            bool inside = i >= 5 && i < 5 + size;

            assert_int_equal(space[i], inside ? 7 : 0x80 + i);
        }
    }
}

static void compares_memory_as_unsigned_bytes(void **state)
{
    (void)state;
    assert_int_equal(trapline_memcmp("a", "b", 0), 0);
    assert_int_equal(trapline_memcmp("abc", "abc", 3), 0);
    assert_int_equal(trapline_memcmp("abx", "aby", 2), 0);
    assert_true(trapline_memcmp("abc", "abd", 3) < 0);
    assert_true(trapline_memcmp("abd", "abc", 3) > 0);
    assert_true(trapline_memcmp("bac", "abd", 3) > 0);
    assert_true(trapline_memcmp("\x7f", "\x80", 1) < 0);
    assert_true(trapline_memcmp("\xff", "\x01", 1) > 0);
    assert_true(trapline_memcmp("a\0b", "a\0c", 3) < 0);
}

static void measures_strings(void **state)
{
    (void)state;
    assert_int_equal(trapline_strlen(""), 0);
    assert_int_equal(trapline_strlen("a"), 1);
    assert_int_equal(trapline_strlen("abc\0def"), 3);
    assert_int_equal(trapline_strlen("\xff\xfe"), 2);
}

static void compares_strings_as_unsigned_bytes(void **state)
{
    (void)state;
    assert_int_equal(trapline_strcmp("", ""), 0);
    assert_int_equal(trapline_strcmp("abc", "abc"), 0);
    assert_int_equal(trapline_strcmp("a\0b", "a\0c"), 0);
    assert_true(trapline_strcmp("", "a") < 0);
    assert_true(trapline_strcmp("a", "") > 0);
    assert_true(trapline_strcmp("ab", "abc") < 0);
    assert_true(trapline_strcmp("abc", "ab") > 0);
    assert_true(trapline_strcmp("abc", "abd") < 0);
    assert_true(trapline_strcmp("b", "ac") > 0);
    assert_true(trapline_strcmp("\x7f", "\x80") < 0);
    assert_true(trapline_strcmp("\xff", "a") > 0);
}

/* The operands are allocations of their exact size, so that an overread is caught. */
static void reads_nothing_beyond(void **state)
{
    char *a = malloc(3);
    char *b = malloc(3);

    (void)state;
    assert_non_null(a);
    assert_non_null(b);
    memcpy(a, "ab", 3);
    memcpy(b, "ab", 3);
    assert_int_equal(trapline_strlen(a), 2);
    assert_int_equal(trapline_strcmp(a, b), 0);
    assert_int_equal(trapline_memcmp(a, b, 3), 0);
    free(a);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_exactly_what_it_should),
        cmocka_unit_test(moves_over_itself_both_ways),
        cmocka_unit_test(sets_exactly_what_it_should),
        cmocka_unit_test(compares_memory_as_unsigned_bytes),
        cmocka_unit_test(measures_strings),
        cmocka_unit_test(compares_strings_as_unsigned_bytes),
        cmocka_unit_test(reads_nothing_beyond),
    };

    return cmocka_run_group_tests_name("string", tests, NULL, NULL);
}
