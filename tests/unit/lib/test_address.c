/* Tests canonical addresses (SDM Vol 1 §3.3.7.1) and the addresses of kernel objects. */
#include "lib/address.h"

#include "tests/unit/unit.h"

/* Each half of the address space ends where the other begins to be not canonical. */
static void two_halves_are_canonical(void **state)
{
    (void)state;
    assert_true(address_is_canonical(0, 48));
    assert_true(address_is_canonical(0x00007fffffffffff, 48));
    assert_false(address_is_canonical(0x0000800000000000, 48));
    assert_false(address_is_canonical(0xffff7fffffffffff, 48));
    assert_true(address_is_canonical(0xffff800000000000, 48));
    assert_true(address_is_canonical(UINT64_MAX, 48));
}

static void five_levels_make_the_halves_larger(void **state)
{
    (void)state;
    assert_true(address_is_canonical(0x0000800000000000, 57));
    assert_true(address_is_canonical(0x00ffffffffffffff, 57));
    assert_false(address_is_canonical(0x0100000000000000, 57));
    assert_false(address_is_canonical(0xfeffffffffffffff, 57));
    assert_true(address_is_canonical(0xff00000000000000, 57));
}

/* Some bits above the address are 1, and some are 0. */
static void bits_above_are_all_equal(void **state)
{
    (void)state;
    assert_false(address_is_canonical(0x8000000000000000, 48));
    assert_false(address_is_canonical(0x0001000000000000, 48));
    assert_false(address_is_canonical(0x7fff800000000000, 48));
}

static void objects_are_where_they_are(void **state)
{
    int object;
    (void)state;
    assert_true(hpa_of(&object).value == (uintptr_t)&object);
    assert_true(hpa_of(NULL).value == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_halves_are_canonical),
        cmocka_unit_test(five_levels_make_the_halves_larger),
        cmocka_unit_test(bits_above_are_all_equal),
        cmocka_unit_test(objects_are_where_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
