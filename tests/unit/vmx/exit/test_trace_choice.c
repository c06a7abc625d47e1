/* Tests which exits trace= prints for each kind of guest. */
#include "vmx/exit/trace_choice.h"

#include "tests/unit/unit.h"

enum { HLT_WAITS = 0 }; /* exits_max of a guest whose HLT waits for an interrupt */

static void assert_choice(struct options options, bool untraced, uint64_t exits_max, bool ring,
                          uint64_t live)
{
    const struct trace_choice choice = trace_choose(&options, untraced, exits_max);
    assert_int_equal(choice.ring, ring);
    assert_int_equal(choice.live, live);
}

static void auto_prints_few_exits_and_keeps_many(void **state)
{
    const struct options options = {.trace = TRACE_AUTO, .trace_live = UINT64_MAX};
    (void)state;
    assert_choice(options, false, 1, false, UINT64_MAX);
    assert_choice(options, false, 1000, false, UINT64_MAX);
    assert_choice(options, false, 1001, true, 0);
    assert_choice(options, false, HLT_WAITS, false, UINT64_MAX);
}

static void auto_prints_nothing_of_an_untraced_guest(void **state)
{
    const struct options options = {.trace = TRACE_AUTO, .trace_live = UINT64_MAX};
    (void)state;
    assert_choice(options, true, UINT64_MAX, false, 0);
}

static void a_word_decides(void **state)
{
    const struct options ring = {.trace = TRACE_RING, .trace_live = UINT64_MAX};
    const struct options live = {.trace = TRACE_LIVE, .trace_live = UINT64_MAX};
    const struct options some = {.trace = TRACE_LIVE, .trace_live = 7};
    (void)state;
    assert_choice(ring, false, HLT_WAITS, true, 0);
    assert_choice(ring, true, 5, true, 0);
    assert_choice(live, false, 5000, false, UINT64_MAX);
    assert_choice(live, true, 5000, false, UINT64_MAX);
    assert_choice(some, false, 5000, false, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(auto_prints_few_exits_and_keeps_many),
        cmocka_unit_test(auto_prints_nothing_of_an_untraced_guest),
        cmocka_unit_test(a_word_decides),
    };
    return cmocka_run_group_tests_name("trace_choice", tests, NULL, NULL);
}
