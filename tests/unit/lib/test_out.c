/* Tests the buffer sink: it keeps what fits, drops the rest and always terminates the text. */
#include "lib/out.h"

#include <stdlib.h>

#include "tests/unit/unit.h"

static void put_all(struct out *out, const char *string)
{
    for (; *string != '\0'; string++)
        out->put(out, *string);
}

/* Writes "abc" to a buffer of that capacity in an allocation of its exact size. */
static void check_abc(size_t capacity, const char *expected, size_t length)
{
    char *text = malloc(capacity);
    struct out_buffer buffer;

    assert_non_null(text);
    out_buffer_init(&buffer, text, capacity);
    assert_string_equal(text, "");
    assert_int_equal(buffer.length, 0);
    put_all(&buffer.out, "abc");
    assert_string_equal(text, expected);
    assert_int_equal(buffer.length, length);
    free(text);
}

static void keeps_what_fits(void **state)
{
    (void)state;
    check_abc(1, "", 0);
    check_abc(2, "a", 1);
    check_abc(3, "ab", 2);
    check_abc(4, "abc", 3);
    check_abc(5, "abc", 3);
}

static void ends_the_text_after_each_character(void **state)
{
    char text[] = "xxxxx";
    struct out_buffer buffer;

    (void)state;
    out_buffer_init(&buffer, text, sizeof(text));
    buffer.out.put(&buffer.out, 'a');
    assert_string_equal(text, "a");
    buffer.out.put(&buffer.out, 'b');
    assert_string_equal(text, "ab");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_fits),
        cmocka_unit_test(ends_the_text_after_each_character),
    };

    return cmocka_run_group_tests_name("out", tests, NULL, NULL);
}
