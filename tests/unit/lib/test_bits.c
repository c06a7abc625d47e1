/* Tests masks, bit fields and alignment. */
#include "lib/bits.h"

#include "tests/unit/unit.h"

static void masks(void **state)
{
    (void)state;
    assert_true(BIT(0) == 1);
    assert_true(BIT(63) == 0x8000000000000000);
    assert_true(BITS(0, 0) == 1);
    assert_true(BITS(7, 4) == 0xf0);
    assert_true(BITS(63, 32) == 0xffffffff00000000);
    assert_true(BITS(63, 0) == UINT64_MAX);
}

static void fields(void **state)
{
    (void)state;
    assert_true(bits_get(0x0123456789abcdef, 3, 0) == 0xf);
    assert_true(bits_get(0x0123456789abcdef, 15, 8) == 0xcd);
    assert_true(bits_get(0x0123456789abcdef, 59, 56) == 0x1);
    assert_true(bits_get(0x0123456789abcdef, 63, 0) == 0x0123456789abcdef);
    assert_true(bits_get(0x8000000000000000, 63, 63) == 1);
}

static void rounding(void **state)
{
    (void)state;
    assert_true(align_down(0x1fff, 0x1000) == 0x1000);
    assert_true(align_down(0x1000, 0x1000) == 0x1000);
    assert_true(align_down(0xfff, 0x1000) == 0);
    assert_true(align_down(UINT64_MAX, 0x1000) == 0xfffffffffffff000);
    assert_true(align_up(0, 0x1000) == 0);
    assert_true(align_up(1, 0x1000) == 0x1000);
    assert_true(align_up(0x1000, 0x1000) == 0x1000);
    assert_true(align_up(0x1001, 0x1000) == 0x2000);
    assert_true(align_up(7, 1) == 7);
}

static void rounding_up_wraps(void **state)
{
    (void)state;
    assert_true(align_up(0xfffffffffffff000, 0x1000) == 0xfffffffffffff000);
    assert_true(align_up(0xfffffffffffff001, 0x1000) == 0);
}

static void multiples(void **state)
{
    (void)state;
    assert_true(is_aligned(0, 8));
    assert_true(is_aligned(0x18, 8));
    assert_false(is_aligned(0x1c, 8));
    assert_false(is_aligned(0x11, 8));
    assert_true(is_aligned(0x11, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks),     cmocka_unit_test(fields),
        cmocka_unit_test(rounding),  cmocka_unit_test(rounding_up_wraps),
        cmocka_unit_test(multiples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
