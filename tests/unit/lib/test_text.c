/* Tests slices of text. They are in allocations of their exact size, so that an overread is
 * caught. */
#include "lib/text.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

/* Copies a string without its NUL. free_slice() frees the copy. */
static struct text slice(const char *string)
{
    size_t length = strlen(string);
    char *copy = malloc(length > 0 ? length : 1);

    assert_non_null(copy);
    for (size_t i = 0; i < length; i++)
        copy[i] = string[i];
    return (struct text){.at = copy, .length = length};
}

static void free_slice(struct text text)
{
    free((void *)text.at);
}

static void assert_text(struct text text, const char *expected)
{
    assert_int_equal(text.length, strlen(expected));
    assert_memory_equal(text.at, expected, strlen(expected));
}

static const struct text nowhere = {0};

static void measures_a_string(void **state)
{
    const char *string = "abc";

    (void)state;
    assert_ptr_equal(text_of(string).at, string);
    assert_int_equal(text_of(string).length, 3);
    assert_int_equal(text_of("").length, 0);
}

static void compares(void **state)
{
    struct text abc = slice("abc");
    struct text empty = slice("");

    (void)state;
    assert_true(text_equal(abc, "abc"));
    assert_false(text_equal(abc, "ab"));
    assert_false(text_equal(abc, "abcd"));
    assert_false(text_equal(abc, "abd"));
    assert_false(text_equal(abc, ""));
    assert_true(text_equal(empty, ""));
    assert_false(text_equal(empty, "a"));
    assert_true(text_equal(nowhere, ""));
    assert_false(text_equal(nowhere, "a"));
    assert_true(text_starts_with(abc, ""));
    assert_true(text_starts_with(abc, "a"));
    assert_true(text_starts_with(abc, "abc"));
    assert_false(text_starts_with(abc, "abcd"));
    assert_false(text_starts_with(abc, "b"));
    assert_false(text_starts_with(abc, "ac"));
    assert_true(text_starts_with(empty, ""));
    assert_false(text_starts_with(empty, "a"));
    assert_true(text_starts_with(nowhere, ""));
    assert_false(text_starts_with(nowhere, "a"));
    free_slice(abc);
    free_slice(empty);
}

static void cuts_words(void **state)
{
    struct text whole = slice(" \t one  two\tth=ree \t");
    struct text rest = whole;
    struct text word;

    (void)state;
    assert_true(text_next_word(&rest, &word));
    assert_text(word, "one");
    assert_text(rest, "  two\tth=ree \t");
    assert_true(text_next_word(&rest, &word));
    assert_text(word, "two");
    assert_true(text_next_word(&rest, &word));
    assert_text(word, "th=ree");
    assert_false(text_next_word(&rest, &word));
    assert_text(word, "th=ree");
    assert_int_equal(rest.length, 0);
    assert_false(text_next_word(&rest, &word));
    free_slice(whole);
}

static void cuts_words_without_blanks_around(void **state)
{
    struct text whole = slice("a\nb c");
    struct text rest = whole;
    struct text empty = nowhere;
    struct text word;

    (void)state;
    assert_true(text_next_word(&rest, &word));
    assert_text(word, "a\nb");
    assert_true(text_next_word(&rest, &word));
    assert_text(word, "c");
    assert_ptr_equal(word.at, whole.at + 4);
    assert_false(text_next_word(&rest, &word));
    assert_false(text_next_word(&empty, &word));
    free_slice(whole);
}

static void check_split(const char *whole, const char *before, const char *after)
{
    struct text text = slice(whole);
    struct text left;
    struct text right;

    assert_true(text_split(text, '=', &left, &right));
    assert_text(left, before);
    assert_text(right, after);
    free_slice(text);
}

static void splits_at_the_first_separator(void **state)
{
    struct text text = slice("key");
    struct text left;
    struct text right;

    (void)state;
    check_split("key=value", "key", "value");
    check_split("a=b=c", "a", "b=c");
    check_split("=value", "", "value");
    check_split("key=", "key", "");
    check_split("=", "", "");
    assert_false(text_split(text, '=', &left, &right));
    assert_text(left, "key");
    assert_int_equal(right.length, 0);
    free_slice(text);
    assert_false(text_split(nowhere, '=', &left, &right));
    assert_int_equal(left.length, 0);
    assert_int_equal(right.length, 0);
}

static void reads_numbers(void **state)
{
    static const struct {
        const char *text;
        uint64_t value;
    } cases[] = {
        {"0", 0},
        {"9", 9},
        {"10", 10},
        {"007", 7},
        {"4294967296", UINT64_C(0x100000000)},
        {"18446744073709551615", UINT64_MAX},
        {"000000000000000000000000000001", 1},
        {"0x0", 0},
        {"0xf", 15},
        {"0x10", 16},
        {"0xabcdef", 0xabcdef},
        {"0xABCDEF", 0xabcdef},
        {"0x0123456789", UINT64_C(0x0123456789)},
        {"0xffffffffffffffff", UINT64_MAX},
        {"0x00000000000000000ffffffffffffffff", UINT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text text = slice(cases[i].text);
        uint64_t value = 99;

        assert_true(text_number(text, &value));
        assert_int_equal(value, cases[i].value);
        free_slice(text);
    }
}

static void refuses_what_is_no_number(void **state)
{
    static const char *const cases[] = {
        "",
        "0x",
        "x",
        "0X10",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1a",
        "a",
        "1.5",
        "/",
        ":",
        "0x/",
        "0x:",
        "0x@",
        "0xG",
        "0x`",
        "0xg",
        "0x0x1",
        "18446744073709551616", /* 2^64 */
        "18446744073709551620",
        "99999999999999999999",
        "184467440737095516150",
        "0x10000000000000000",
        "0xfffffffffffffffff",
    };
    uint64_t value = 99;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text text = slice(cases[i]);

        assert_false(text_number(text, &value));
        assert_int_equal(value, 99);
        free_slice(text);
    }
    assert_false(text_number(nowhere, &value));
}

static void finds_a_name(void **state)
{
    static const struct {
        const char *value;
        uint64_t index;
    } found[] = {{"on", 0}, {"off", 1}, {"offer", 2}};
    static const char *const absent[] = {"", "o", "of", "offe", "offers", "On", "on off", " on"};
    uint64_t index;

    (void)state;
    for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
        assert_true(text_index(text_of(found[i].value), "on off  offer ", &index));
        assert_int_equal(index, found[i].index);
    }
    for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
        assert_false(text_index(text_of(absent[i]), "on off  offer ", &index));
    assert_false(text_index(nowhere, "on off", &index));
    assert_false(text_index(text_of("on"), "", &index));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_a_string),
        cmocka_unit_test(compares),
        cmocka_unit_test(cuts_words),
        cmocka_unit_test(cuts_words_without_blanks_around),
        cmocka_unit_test(splits_at_the_first_separator),
        cmocka_unit_test(reads_numbers),
        cmocka_unit_test(refuses_what_is_no_number),
        cmocka_unit_test(finds_a_name),
    };

    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
