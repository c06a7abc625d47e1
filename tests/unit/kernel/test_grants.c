/* Tests the parsers of ports= and msrs=. */
#include "kernel/grants.h"

#include "lib/bits.h"
#include "tests/unit/unit.h"

static struct grants grants;

static bool ports(const char *text)
{
    return grants_parse_ports(text_of(text), &grants);
}

static bool msrs(const char *text)
{
    return grants_parse_msrs(text_of(text), &grants);
}

static int clear(void **state)
{
    (void)state;
    grants = (struct grants){0};
    return 0;
}

static void ranges_of_ports(void **state)
{
    (void)state;
    assert_true(ports("0x20-0x21,64,0x7fff-0x8001,0xffff"));
    assert_int_equal(grants.ports, 4);
    assert_int_equal(grants.port[0].first, 0x20);
    assert_int_equal(grants.port[0].last, 0x21);
    assert_int_equal(grants.port[1].first, 0x40);
    assert_int_equal(grants.port[1].last, 0x40);
    assert_int_equal(grants.port[2].first, 0x7fff);
    assert_int_equal(grants.port[2].last, 0x8001);
    assert_int_equal(grants.port[3].first, 0xffff);
    assert_int_equal(grants.port[3].last, 0xffff);
    assert_int_equal(grants.msrs, 0);
}

static void ranges_of_msrs(void **state)
{
    (void)state;
    assert_true(msrs("0x10,0x1ffe-0x1fff,0xc0000080,0xc0001fff"));
    assert_int_equal(grants.msrs, 4);
    assert_int_equal(grants.msr[0].first, 0x10);
    assert_int_equal(grants.msr[0].last, 0x10);
    assert_int_equal(grants.msr[1].first, 0x1ffe);
    assert_int_equal(grants.msr[1].last, 0x1fff);
    assert_int_equal(grants.msr[2].first, 0xc0000080);
    assert_int_equal(grants.msr[2].last, 0xc0000080);
    assert_int_equal(grants.msr[3].first, 0xc0001fff);
    assert_int_equal(grants.msr[3].last, 0xc0001fff);
    assert_int_equal(grants.ports, 0);
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
            fail_msg("%s: accepted", texts[i]);
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
            fail_msg("%s: accepted", texts[i]);
    }
    assert_true(msrs("0-0x3f"));
    assert_true(msrs("0xc0000000-0xc000001f,0-0x1f"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(ranges_of_ports, clear),
        cmocka_unit_test_setup(ranges_of_msrs, clear),
        cmocka_unit_test_setup(wrong_ports, clear),
        cmocka_unit_test_setup(wrong_msrs, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
