/* The VMX-preemption timer for what is left of a budget. */
#include "vmx/budget.h"

#include "tests/unit/unit.h"

/* It counts when bit `shift` of the time-stamp counter changes: n counts take more than n - 1 times
 * 2^shift cycles. */
static void the_timer_is_not_shorter_than_what_is_left(void **state)
{
    (void)state;
    assert_int_equal(budget_timer(0, 5), 1);
    assert_int_equal(budget_timer(31, 5), 1);
    assert_int_equal(budget_timer(32, 5), 2);
    assert_int_equal(budget_timer(1000, 0), 1001);
    assert_int_equal(budget_timer(1000, 5), 32);
}

static void it_has_32_bits(void **state)
{
    (void)state;
    assert_int_equal(budget_timer(UINT32_MAX - 2ull, 0), UINT32_MAX - 1);
    assert_int_equal(budget_timer(UINT32_MAX - 1ull, 0), UINT32_MAX);
    assert_int_equal(budget_timer(UINT32_MAX, 0), UINT32_MAX);
    assert_int_equal(budget_timer(UINT64_MAX, 0), UINT32_MAX);
    assert_int_equal(budget_timer(UINT64_MAX, 31), UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_timer_is_not_shorter_than_what_is_left),
        cmocka_unit_test(it_has_32_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
