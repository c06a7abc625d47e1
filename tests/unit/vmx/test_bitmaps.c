/* Tests the I/O and MSR bitmaps. */
#include "vmx/bitmaps.h"

#include <string.h>

#include "lib/bits.h"
#include "tests/unit/unit.h"

enum { IO = 0x2000, MSR = 0x1000 };

static uint8_t io[IO], msr[MSR];

static void apply(const struct grants *grants)
{
    memset(io, 0xff, sizeof io);
    memset(msr, 0xff, sizeof msr);
    bitmaps_grant(grants, io, msr);
}

/* Returns the number of clear bits. Accesses whose bit is clear do not exit. */
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

static void no_grants_leave_everything_to_exit(void **state)
{
    (void)state;
    apply(&(struct grants){0});
    assert_int_equal(given(io, IO), 0);
    assert_int_equal(given(msr, MSR), 0);
}

static void given_ports_are_clear(void **state)
{
    static const struct grants grants = {
        .port = {{0x20, 0x21}, {0x40, 0x40}, {0x7fff, 0x8001}, {0xffff, 0xffff}}, .ports = 4};
    (void)state;
    apply(&grants);
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

/* SDM Vol 3C §24.6.9: the bitmap has four parts of 1 KiB. */
static void given_msrs_are_clear_for_reads_and_writes(void **state)
{
    static const struct grants grants = {
        .msr = {{0x10, 0x10}, {0x1ffe, 0x1fff}, {0xc0000080, 0xc0000080}, {0xc0001fff, 0xc0001fff}},
        .msrs = 4};
    static const unsigned bits[] = {0x10, 0x1ffe, 0x1fff, 0x2000 + 0x80, 0x2000 + 0x1fff};
    (void)state;
    apply(&grants);
    for (unsigned i = 0; i < ARRAY_COUNT(bits); i++) {
        assert_true(is_given(msr, bits[i]));
        assert_true(is_given(msr, 0x4000 + bits[i]));
    }
    assert_int_equal(given(msr, MSR), 10);
    assert_int_equal(given(io, IO), 0);
}

static void intercepted_ports_are_set(void **state)
{
    (void)state;
    memset(io, 0, sizeof io);
    bitmaps_intercept_port(io, 0xed);
    bitmaps_intercept_port(io, 0x8000);
    assert_int_equal(given(io, IO), 8 * IO - 2);
    assert_false(is_given(io, 0xed));
    assert_false(is_given(io, 0x8000));
}

static void intercepted_msrs_are_set_for_reads_and_writes(void **state)
{
    (void)state;
    memset(msr, 0, sizeof msr);
    bitmaps_intercept_msr(msr, 0x174);
    bitmaps_intercept_msr(msr, 0xc0000101);
    assert_int_equal(given(msr, MSR), 8 * MSR - 4);
    assert_false(is_given(msr, 0x174));
    assert_false(is_given(msr, 0x4000 + 0x174));
    assert_false(is_given(msr, 0x2000 + 0x101));
    assert_false(is_given(msr, 0x6000 + 0x101));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_grants_leave_everything_to_exit),
        cmocka_unit_test(given_ports_are_clear),
        cmocka_unit_test(given_msrs_are_clear_for_reads_and_writes),
        cmocka_unit_test(intercepted_ports_are_set),
        cmocka_unit_test(intercepted_msrs_are_set_for_reads_and_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
