/* Tests the VMX-preemption timer and the times of checks that a budget gives. */
#include "vmx/exit/budget.h"

#include "tests/unit/unit.h"

/* The timer counts down when bit `shift` of the time-stamp counter changes, so n counts take more
 * than (n - 1) * 2^shift cycles. */
static void the_timer_is_not_shorter_than_the_time_left(void **state)
{
    (void)state;
    assert_int_equal(budget_timer(0, 5), 1);
    assert_int_equal(budget_timer(31, 5), 1);
    assert_int_equal(budget_timer(32, 5), 2);
    assert_int_equal(budget_timer(1000, 0), 1001);
    assert_int_equal(budget_timer(1000, 5), 32);
}

static void the_timer_has_32_bits(void **state)
{
    (void)state;
    assert_int_equal(budget_timer(UINT32_MAX - 2ull, 0), UINT32_MAX - 1);
    assert_int_equal(budget_timer(UINT32_MAX - 1ull, 0), UINT32_MAX);
    assert_int_equal(budget_timer(UINT32_MAX, 0), UINT32_MAX);
    assert_int_equal(budget_timer(UINT64_MAX, 0), UINT32_MAX);
    assert_int_equal(budget_timer(UINT64_MAX, 31), UINT32_MAX);
}

static void the_next_check_is_after_a_16th_of_the_time_left(void **state)
{
    (void)state;
    assert_int_equal(budget_look_at(1000, 1000 + 16 * 65536), 1000 + 65536);
    assert_int_equal(budget_look_at(1000, 1000 + 1600000000), 1000 + 100000000);
}

/* The last check is exactly at the deadline. The checks come closer together towards it. */
static void the_last_check_is_at_the_deadline(void **state)
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

static void a_budget_without_end_is_never_checked(void **state)
{
    (void)state;
    assert_true(budget_look_at(1000, UINT64_MAX) == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_timer_is_not_shorter_than_the_time_left),
        cmocka_unit_test(the_timer_has_32_bits),
        cmocka_unit_test(the_next_check_is_after_a_16th_of_the_time_left),
        cmocka_unit_test(the_last_check_is_at_the_deadline),
        cmocka_unit_test(a_budget_without_end_is_never_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
