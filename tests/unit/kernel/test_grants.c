/* Ports and MSRs that are given to a guest. */
#include "kernel/grants.h"

#include <string.h>

#include "lib/bits.h"
#include "tests/unit/unit.h"

enum { IO = 0x2000, MSR = 0x1000 };

static struct grants grants;
static uint8_t io[IO], msr[MSR];

static bool ports(const char *text)
{
    return grants_parse_ports(text_of(text), &grants);
}

static bool msrs(const char *text)
{
    return grants_parse_msrs(text_of(text), &grants);
}

static void apply(void)
{
    memset(io, 0xff, sizeof io);
    memset(msr, 0xff, sizeof msr);
    grants_apply(&grants, io, msr);
}

/* Bits that are clear. */
static unsigned given(const uint8_t *bitmap, size_t size)
{
    unsigned count = 0;
    for (size_t i = 0; i < 8 * size; i++)
        count += !(bitmap[i / 8] & 1u << i % 8);
    return count;
}

static bool is_given(const uint8_t *bitmap, unsigned bit)
{
    return !(bitmap[bit / 8] & 1u << bit % 8);
}

static int clear(void **state)
{
    (void)state;
    grants = (struct grants){0};
    return 0;
}

static void nothing_is_given_at_first(void **state)
{
    (void)state;
    apply();
    assert_int_equal(given(io, IO), 0);
    assert_int_equal(given(msr, MSR), 0);
}

static void given_ports_are_clear(void **state)
{
    (void)state;
    assert_true(ports("0x20-0x21,64,0x7fff-0x8001,0xffff"));
    assert_int_equal(grants.ports, 4);
    apply();
    assert_int_equal(given(io, IO), 7);
    assert_true(is_given(io, 0x20));
    assert_true(is_given(io, 0x21));
    assert_true(is_given(io, 0x40));
    assert_true(is_given(io, 0x7fff));
    assert_true(is_given(io, 0x8000)); /* the first of bitmap B */
    assert_true(is_given(io, 0x8001));
    assert_true(is_given(io, 0xffff));
    assert_int_equal(given(msr, MSR), 0);
}

/* SDM Vol 3C §24.6.9: four parts of 1 KiB. */
static void given_msrs_are_clear_for_reads_and_writes(void **state)
{
    static const unsigned bits[] = {0x10, 0x1fff, 0x2000 + 0x80, 0x2000 + 0x1fff};
    (void)state;
    assert_true(msrs("0x10,0x1fff,0xc0000080,0xc0001fff"));
    apply();
    for (unsigned i = 0; i < ARRAY_COUNT(bits); i++) {
        assert_true(is_given(msr, bits[i]));
        assert_true(is_given(msr, 0x4000 + bits[i]));
    }
    assert_int_equal(given(msr, MSR), 8);
    assert_int_equal(given(io, IO), 0);
}

static void wrong_ports(void **state)
{
    static const char *const texts[] = {
        "",
        ",",
        "0x20,",
        ",0x20",
        "0x21-0x20",
        "0x20-",
        "-0x20",
        "-",
        "0x10000",
        "0-0x10000",
        "0x100000020",
        "0x20-0x21-0x22",
        "x",
        "0x2g",
        "0x20;0x21",
        "0x20 0x21",
        "18446744073709551648",
        "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17",
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(texts); i++) {
        if (ports(texts[i]))
            fail_msg("%s: taken", texts[i]);
    }
    assert_true(ports("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"));
    assert_true(ports("0-0xffff"));
}

static void wrong_msrs(void **state)
{
    static const char *const texts[] = {
        "",
        "0x2000",
        "0x1fff-0x2000",
        "0xbfffffff",
        "0xc0002000",
        "0x40000000",
        "0x80000000",
        "0-0x40",
        "0-0x3f,0x40",
        "0xc0000000-0xc0000040",
        "0x100000010",
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(texts); i++) {
        if (msrs(texts[i]))
            fail_msg("%s: taken", texts[i]);
    }
    assert_true(msrs("0-0x3f"));
    assert_true(msrs("0xc0000000-0xc000001f,0-0x1f"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_is_given_at_first, clear),
        cmocka_unit_test_setup(given_ports_are_clear, clear),
        cmocka_unit_test_setup(given_msrs_are_clear_for_reads_and_writes, clear),
        cmocka_unit_test_setup(wrong_ports, clear),
        cmocka_unit_test_setup(wrong_msrs, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
