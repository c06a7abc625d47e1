/* Tests lines of the serial contract. The expected texts follow its grammar (docs/serial.md). */
#include "lib/line.h"

#include <stdio.h>

#include "tests/unit/unit.h"

static char printed[512];

struct fixture {
    struct out_buffer buffer;
    struct line line;
};

/* Returns a line that writes to printed[], which is empty. */
static struct line *begin(struct fixture *fixture)
{
    out_buffer_init(&fixture->buffer, printed, sizeof(printed));
    fixture->line = (struct line){.out = &fixture->buffer.out};
    return &fixture->line;
}

static void writes_pairs_with_one_blank_between(void **state)
{
    struct fixture fixture;
    struct line *line = begin(&fixture);

    (void)state;
    line_begin(line, "exit");
    line_decimal(line, "seq", 1);
    line_hex(line, "rip", 0x1000);
    line_name(line, "name", "HLT");
    line_text(line, "why", "%s %d", "halted", 2);
    line_end(line);
    assert_string_equal(printed, "exit: seq=1 rip=0x1000 name=HLT why=\"halted 2\"\r\n");
}

static void writes_numbers(void **state)
{
    struct fixture fixture;
    struct line *line = begin(&fixture);

    (void)state;
    line_begin(line, "n");
    line_decimal(line, "a", 0);
    line_decimal(line, "b", UINT64_MAX);
    line_hex(line, "c", 0);
    line_hex(line, "d", UINT64_MAX);
    line_end(line);
    assert_string_equal(printed, "n: a=0 b=18446744073709551615 c=0x0 d=0xffffffffffffffff\r\n");
}

static void quotes_a_name_only_where_it_must(void **state)
{
    static const struct {
        const char *value;
        const char *expected;
    } cases[] = {
        {"HLT", "t: k=HLT\r\n"},
        {"a=b", "t: k=a=b\r\n"},
        {"!~", "t: k=!~\r\n"}, /* the first and last characters that need no quotes */
        {"a\\b", "t: k=a\\b\r\n"},
        {"", "t: k=\"\"\r\n"},
        {"MOV CR", "t: k=\"MOV CR\"\r\n"},
        {" a", "t: k=\" a\"\r\n"},
        {"a ", "t: k=\"a \"\r\n"},
        {"a\"b", "t: k=\"a\\\"b\"\r\n"},
        {"a\tb", "t: k=\"a?b\"\r\n"},
        {"a\x7f", "t: k=\"a?\"\r\n"},
        {"\xe9", "t: k=\"?\"\r\n"},
        {"a\\ b", "t: k=\"a\\\\ b\"\r\n"},
        {"%s %d", "t: k=\"%s %d\"\r\n"},
        {"%s", "t: k=%s\r\n"},
        {NULL, "t: k=\"(null)\"\r\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture fixture;
        struct line *line = begin(&fixture);

        line_begin(line, "t");
        line_name(line, "k", cases[i].value);
        line_end(line);
        assert_string_equal(printed, cases[i].expected);
    }
}

static void escapes_text(void **state)
{
    struct fixture fixture;
    struct line *line = begin(&fixture);

    (void)state;
    line_begin(line, "t");
    line_text(line, "k", "%s", "a\"b\\c\r\nd\te\x01\x1f\x7f\x80\xff~!");
    line_text(line, "l", "\"");
    line_text(line, "m", "%s", "");
    line_end(line);
    assert_string_equal(printed, "t: k=\"a\\\"b\\\\c??d?e?????~!\" l=\"\\\"\" m=\"\"\r\n");
}

/* No character may end a line or a value early. */
static void keeps_every_character_inside_its_quotes(void **state)
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        struct fixture fixture;
        struct line *line = begin(&fixture);
        bool escaped = c == '"' || c == '\\';
        bool printable = c >= 0x20 && c <= 0x7e;
        char expected[32];

        line_begin(line, "t");
        line_text(line, "k", "a%cb", c);
        line_end(line);
        (void)snprintf(expected, sizeof(expected), "t: k=\"a%s%cb\"\r\n", escaped ? "\\" : "",
                       printable ? c : '?');
        assert_string_equal(printed, expected);
    }
}

static void ends_an_open_line_before_the_next(void **state)
{
    struct fixture fixture;
    struct line *line = begin(&fixture);

    (void)state;
    line_begin(line, "exit");
    line_decimal(line, "seq", 1);
    line_begin(line, "panic");
    line_decimal(line, "vector", 14);
    line_end(line);
    assert_string_equal(printed, "exit: seq=1\r\npanic: vector=14\r\n");
    assert_false(line->open);
}

static void ends_a_line_once(void **state)
{
    struct fixture fixture;
    struct line *line = begin(&fixture);

    (void)state;
    line_end(line);
    assert_string_equal(printed, "");
    line_begin(line, "a");
    assert_true(line->open);
    line_end(line);
    assert_false(line->open);
    line_end(line);
    line_begin(line, "b");
    line_end(line);
    assert_string_equal(printed, "a:\r\nb:\r\n");
}

static void drops_pairs_outside_of_a_line(void **state)
{
    struct fixture fixture;
    struct line *line = begin(&fixture);

    (void)state;
    line_decimal(line, "a", 1);
    line_hex(line, "b", 2);
    line_name(line, "c", "d");
    line_name(line, "e", "two words");
    line_text(line, "f", "g");
    assert_string_equal(printed, "");
    assert_false(line->open);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_pairs_with_one_blank_between),
        cmocka_unit_test(writes_numbers),
        cmocka_unit_test(quotes_a_name_only_where_it_must),
        cmocka_unit_test(escapes_text),
        cmocka_unit_test(keeps_every_character_inside_its_quotes),
        cmocka_unit_test(ends_an_open_line_before_the_next),
        cmocka_unit_test(ends_a_line_once),
        cmocka_unit_test(drops_pairs_outside_of_a_line),
    };

    return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
