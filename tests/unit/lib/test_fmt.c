/* Tests the formatter. The expected texts follow ISO C's printf, except where lib/fmt.h differs. */
#include "lib/fmt.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

static char printed[256];

/* Formats without the format attribute, so that the compiler does not reject wrong formats. */
static const char *print_unchecked(const char *format, ...)
{
    struct out_buffer buffer;
    va_list arguments;

    out_buffer_init(&buffer, printed, sizeof(printed));
    va_start(arguments, format);
    fmt_vprint(&buffer.out, format, arguments);
    va_end(arguments);
    return printed;
}

#define EXPECT(expected, ...)                                                                      \
    do {                                                                                           \
        struct out_buffer buffer;                                                                  \
        out_buffer_init(&buffer, printed, sizeof(printed));                                        \
        fmt_print(&buffer.out, __VA_ARGS__);                                                       \
        assert_string_equal(printed, expected);                                                    \
    } while (0)

static void prints_plain_text(void **state)
{
    (void)state;
    assert_string_equal(print_unchecked(""), "");
    EXPECT("tag: a=b\r\n", "tag: a=b\r\n");
    EXPECT("100%", "100%%");
    EXPECT("%d", "%%d");
    EXPECT("%7%", "%%%d%%", 7);
}

static void prints_text_and_characters(void **state)
{
    const char *nothing = NULL;

    (void)state;
    EXPECT("<>", "<%s>", "");
    EXPECT("<ab>", "<%s>", "ab");
    EXPECT("abc", "%s%s%s", "a", "b", "c");
    EXPECT("   ab", "%5s", "ab");
    EXPECT("ab", "%2s", "ab");
    EXPECT("ab", "%1s", "ab");
    assert_string_equal(print_unchecked("%s", nothing), "(null)");
    assert_string_equal(print_unchecked("%8s", nothing), "  (null)");
    EXPECT("x", "%c", 'x');
    EXPECT("<  x>", "<%3c>", 'x');
    EXPECT("\xff", "%c", 0xff);
}

static void limits_text_to_a_precision(void **state)
{
    static const char abc[] = {'a', 'b', 'c'};
    char *three =
        malloc(sizeof(abc)); /* no NUL at the end: reading one character more is an overread */
    const char *nothing = NULL;

    (void)state;
    assert_non_null(three);
    memcpy(three, abc, sizeof(abc));
    EXPECT("", "%.*s", 0, three);
    EXPECT("ab", "%.*s", 2, three);
    EXPECT("abc", "%.*s", 3, three);
    EXPECT("  ab", "%4.*s", 2, three);
    EXPECT("abc", "%.*s", 99, "abc");
    EXPECT("abc", "%.*s", -1, "abc");
    assert_string_equal(print_unchecked("%.*s", 3, nothing), "(nu");
    free(three);
}

static void prints_signed_numbers(void **state)
{
    (void)state;
    EXPECT("0", "%d", 0);
    EXPECT("-1", "%d", -1);
    EXPECT("10", "%d", 10);
    EXPECT("2147483647", "%d", INT_MAX);
    EXPECT("-2147483648", "%d", INT_MIN);
    EXPECT("-9223372036854775808", "%ld", LONG_MIN);
    EXPECT("9223372036854775807", "%ld", LONG_MAX);
    EXPECT("-9223372036854775808", "%lld", LLONG_MIN);
    EXPECT("9223372036854775807", "%lld", LLONG_MAX);
    EXPECT("-9000000000", "%zd", (ptrdiff_t)-9000000000);
}

static void prints_unsigned_numbers(void **state)
{
    (void)state;
    EXPECT("0", "%u", 0U);
    EXPECT("9", "%u", 9U);
    EXPECT("10", "%u", 10U);
    EXPECT("4294967295", "%u", UINT_MAX);
    EXPECT("18446744073709551615", "%lu", ULONG_MAX);
    EXPECT("18446744073709551615", "%llu", ULLONG_MAX);
    EXPECT("18446744073709551615", "%zu", SIZE_MAX);
}

static void prints_hexadecimal_numbers(void **state)
{
    (void)state;
    EXPECT("0", "%x", 0U);
    EXPECT("f", "%x", 15U);
    EXPECT("10", "%x", 16U);
    EXPECT("ffffffff", "%x", UINT_MAX);
    EXPECT("123456789abcdef0", "%lx", 0x123456789abcdef0UL);
    EXPECT("ffffffffffffffff", "%llx", ULLONG_MAX);
    EXPECT("100000000", "%zx", (size_t)0x100000000);
    EXPECT("0x0", "%#x", 0U);
    EXPECT("0xff", "%#x", 255U);
    EXPECT("0x8000000000000000", "%#llx", 0x8000000000000000ULL);
}

static void pads_numbers(void **state)
{
    (void)state;
    EXPECT("   7", "%4u", 7U);
    EXPECT("1234", "%4u", 1234U);
    EXPECT("12345", "%4u", 12345U);
    EXPECT("        7", "%9u", 7U);
    EXPECT("0007", "%04u", 7U);
    EXPECT("0000000007", "%010u", 7U);
    EXPECT("           7", "%12u", 7U);
    EXPECT("0000000000001000", "%016llx", 0x1000ULL);
    EXPECT("fedcba9876543210", "%016llx", 0xfedcba9876543210ULL);
    EXPECT("  -42", "%5d", -42);
    EXPECT("-0042", "%05d", -42);
    EXPECT("-42", "%3d", -42);
    EXPECT("      0xff", "%#10x", 255U);
    EXPECT("0x000000ff", "%#010x", 255U);
    EXPECT("0x00000000000000ff", "%#018llx", 0xffULL);
}

static void reads_its_arguments_in_order(void **state)
{
    (void)state;
    EXPECT("a -1 123456789a c 4294967295 18446744073709551615 ff.", "%s %d %llx %c %u %zu %lx.",
           "a", -1, 0x123456789aULL, 'c', UINT_MAX, SIZE_MAX, 0xffUL);
    /* More arguments than fit in registers. */
    EXPECT("1 2 3 4 5 6 7 8 9", "%d %d %d %d %d %d %d %d %d", 1, 2, 3, 4, 5, 6, 7, 8, 9);
}

static void prints_what_it_does_not_know(void **state)
{
    static const char *const formats[] = {
        "%",   "a%",  "%5",   "%05",  "%#",   "%l",   "%ll",  "%z",   "%.",   "%.*",
        "%q",  "%p",  "%i",   "%X",   "%o",   "%n",   "%f",   "%-5d", "%+d",  "%hx",
        "%#d", "%#u", "%#s",  "%#c",  "%.3u", "%.5s", "%.*u", "%.*x", "%.*d", "%.*c",
        "%ls", "%lc", "%05s", "%05c", "%zq",  "%*d",  "%5%",  "%##x",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        assert_string_equal(print_unchecked(formats[i], 1, 2, 3), formats[i]);
    /* An unknown conversion consumes no argument. */
    assert_string_equal(print_unchecked("%q %d", 5), "%q 5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_plain_text),
        cmocka_unit_test(prints_text_and_characters),
        cmocka_unit_test(limits_text_to_a_precision),
        cmocka_unit_test(prints_signed_numbers),
        cmocka_unit_test(prints_unsigned_numbers),
        cmocka_unit_test(prints_hexadecimal_numbers),
        cmocka_unit_test(pads_numbers),
        cmocka_unit_test(reads_its_arguments_in_order),
        cmocka_unit_test(prints_what_it_does_not_know),
    };

    return cmocka_run_group_tests_name("fmt", tests, NULL, NULL);
}
