/* Counters of VM exits, and their lines (docs/serial.md). */
#include "vmx/stats.h"

#include "lib/bits.h"
#include "tests/unit/log_lines.h"

static struct exit_stats stats;

static int clear(void **state)
{
    (void)state;
    stats = (struct exit_stats){0};
    return 0;
}

static void print(uint16_t reason)
{
    stats_print(&stats, reason, log_begin());
    log_parse();
}

static void assert_line(uint64_t reason, const char *name, uint64_t count, uint64_t minimum,
                        uint64_t average, uint64_t maximum, uint64_t samples)
{
    assert_int_equal(log_lines.count, 1);
    log_assert_keys(0, "stats", "reason name count cycles_min cycles_avg cycles_max samples ");
    assert_int_equal(log_decimal(0, "reason"), reason);
    assert_string_equal(log_text(0, "name"), name);
    assert_int_equal(log_decimal(0, "count"), count);
    assert_int_equal(log_decimal(0, "cycles_min"), minimum);
    assert_int_equal(log_decimal(0, "cycles_avg"), average);
    assert_int_equal(log_decimal(0, "cycles_max"), maximum);
    assert_int_equal(log_decimal(0, "samples"), samples);
}

static void what_was_not_seen_has_no_line(void **state)
{
    (void)state;
    for (uint16_t reason = 0; reason < EXIT_REASONS_MAX; reason++) {
        print(reason);
        assert_int_equal(log_lines.count, 0);
    }
}

static void what_was_not_measured_is_zero(void **state)
{
    (void)state;
    stats_count(&stats, 12);
    print(12);
    assert_line(12, "HLT", 1, 0, 0, 0, 0);
}

static void least_average_and_most(void **state)
{
    static const uint64_t cycles[] = {700, 300, 1001, 500};
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(cycles); i++) {
        stats_count(&stats, 12);
        stats_sample(&stats, 12, cycles[i]);
    }
    stats_count(&stats, 12); /* the last exit is followed by no entry */
    print(12);
    assert_line(12, "HLT", 5, 300, 625, 1001, 4); /* 2501 / 4, rounded down */
}

static void one_sample_is_all_three(void **state)
{
    (void)state;
    stats_count(&stats, 48);
    stats_sample(&stats, 48, 1234);
    print(48);
    assert_line(48, "EPT_VIOLATION", 1, 1234, 1234, 1234, 1);
}

/* Zero cycles are a sample too, and no mark of a counter that is still empty. */
static void a_sample_may_be_zero(void **state)
{
    (void)state;
    stats_count(&stats, 0);
    stats_sample(&stats, 0, 0);
    stats_count(&stats, 0);
    stats_sample(&stats, 0, 10);
    print(0);
    assert_line(0, "EXCEPTION_OR_NMI", 2, 0, 5, 10, 2);
}

static void more_than_32_bits(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        stats_count(&stats, 10);
        stats_sample(&stats, 10, UINT64_C(0x100000000) << i);
    }
    print(10);
    assert_line(10, "CPUID", 3, UINT64_C(4294967296), UINT64_C(10021590357), UINT64_C(17179869184),
                3);
}

static void reasons_do_not_mix(void **state)
{
    (void)state;
    stats_count(&stats, 12);
    stats_sample(&stats, 12, 5);
    stats_count(&stats, 13);
    stats_count(&stats, 13);
    stats_sample(&stats, 13, 7);
    print(12);
    assert_line(12, "HLT", 1, 5, 5, 5, 1);
    print(13);
    assert_line(13, "INVD", 2, 7, 7, 7, 1);
    print(11);
    assert_int_equal(log_lines.count, 0);
}

/* A number that no manual has must not write beyond the table. */
static void numbers_beyond_the_table_are_the_last(void **state)
{
    static const uint16_t beyond[] = {EXIT_REASONS_MAX - 1, EXIT_REASONS_MAX, 0x7fff, 0xffff};
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(beyond); i++) {
        stats_count(&stats, beyond[i]);
        stats_sample(&stats, beyond[i], 10 + i);
    }
    for (unsigned i = 0; i < EXIT_REASONS_MAX - 1; i++)
        assert_int_equal(stats.at[i].count, 0);
    print(EXIT_REASONS_MAX - 1);
    assert_line(EXIT_REASONS_MAX - 1, "UNKNOWN", 4, 10, 11, 13, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_was_not_seen_has_no_line, clear),
        cmocka_unit_test_setup(what_was_not_measured_is_zero, clear),
        cmocka_unit_test_setup(least_average_and_most, clear),
        cmocka_unit_test_setup(one_sample_is_all_three, clear),
        cmocka_unit_test_setup(a_sample_may_be_zero, clear),
        cmocka_unit_test_setup(more_than_32_bits, clear),
        cmocka_unit_test_setup(reasons_do_not_mix, clear),
        cmocka_unit_test_setup(numbers_beyond_the_table_are_the_last, clear),
    };
    return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
