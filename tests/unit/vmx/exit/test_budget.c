/* The VMX-preemption timer for what is left of a budget. */
#include "vmx/exit/budget.h"

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

static void it_is_looked_at_after_a_16th_of_what_is_left(void **state)
{
    (void)state;
    assert_int_equal(budget_look_at(1000, 1000 + 16 * 65536), 1000 + 65536);
    assert_int_equal(budget_look_at(1000, 1000 + 1600000000), 1000 + 100000000);
}

/* The end of a budget is met exactly, by as many looks as it takes to get near. */
static void it_is_looked_at_when_it_is_over(void **state)
{
    const uint64_t deadline = UINT64_C(1) << 40;
    uint64_t now = 0;
    unsigned looks = 0;
    (void)state;
    assert_int_equal(budget_look_at(deadline - 16 * 65536 + 1, deadline), deadline);
    assert_int_equal(budget_look_at(deadline - 1, deadline), deadline);
    for (; now < deadline; looks++) {
        const uint64_t next = budget_look_at(now, deadline);
        assert_true(next > now && next <= deadline);
        now = next;
    }
    assert_in_range(looks, 100, 300);
}

static void what_has_no_end_is_never_looked_at(void **state)
{
    (void)state;
    assert_true(budget_look_at(1000, UINT64_MAX) == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_timer_is_not_shorter_than_what_is_left),
        cmocka_unit_test(it_has_32_bits),
        cmocka_unit_test(it_is_looked_at_after_a_16th_of_what_is_left),
        cmocka_unit_test(it_is_looked_at_when_it_is_over),
        cmocka_unit_test(what_has_no_end_is_never_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
