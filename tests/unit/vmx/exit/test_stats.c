/* Tests the counters of VM exits and their lines (docs/serial.md). */
#include "vmx/exit/stats.h"

#include "lib/bits.h"
#include "tests/unit/log_lines.h"

static struct exit_stats stats;

static int clear(void **state)
{
    (void)state;
    stats_begin(&stats);
    return 0;
}

static void count_last(uint16_t reason)
{
    stats_last(stats_of(&stats, reason));
}

static void sample(uint16_t reason, uint64_t cycles)
{
    stats_sample(stats_of(&stats, reason), cycles);
}

static void print(void)
{
    stats_print(&stats, log_begin());
    log_parse();
}

/* Asserts the contents of line number `at`. */
static void assert_line(size_t at, uint64_t reason, const char *name, uint64_t count, uint64_t sum,
                        uint64_t permille, uint64_t minimum, uint64_t average, uint64_t maximum,
                        uint64_t samples)
{
    log_assert_keys(at, "stats",
                    "reason name count cycles_sum share_permille cycles_min cycles_avg cycles_max "
                    "samples ");
    assert_int_equal(log_decimal(at, "reason"), reason);
    assert_string_equal(log_text(at, "name"), name);
    assert_int_equal(log_decimal(at, "count"), count);
    assert_int_equal(log_decimal(at, "cycles_sum"), sum);
    assert_int_equal(log_decimal(at, "share_permille"), permille);
    assert_int_equal(log_decimal(at, "cycles_min"), minimum);
    assert_int_equal(log_decimal(at, "cycles_avg"), average);
    assert_int_equal(log_decimal(at, "cycles_max"), maximum);
    assert_int_equal(log_decimal(at, "samples"), samples);
}

static void a_reason_without_exits_has_no_line(void **state)
{
    (void)state;
    print();
    assert_int_equal(log_lines.count, 0);
}

static void times_are_zero_without_samples(void **state)
{
    (void)state;
    count_last(12);
    print();
    assert_int_equal(log_lines.count, 1);
    assert_line(0, 12, "HLT", 1, 0, 0, 0, 0, 0, 0);
}

static void least_average_and_most(void **state)
{
    static const uint64_t cycles[] = {700, 300, 1001, 500};
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(cycles); i++)
        sample(12, cycles[i]);
    count_last(12);
    print();
    assert_line(0, 12, "HLT", 5, 2501, 1000, 300, 625, 1001, 4); /* 2501 / 4, rounded down */
}

/* A sample of 0 cycles counts. */
static void a_sample_may_be_zero(void **state)
{
    (void)state;
    sample(0, 0);
    sample(0, 10);
    print();
    assert_line(0, 0, "EXCEPTION_OR_NMI", 2, 10, 1000, 0, 5, 10, 2);
}

static void reasons_share_the_time(void **state)
{
    (void)state;
    sample(12, 5);
    count_last(13);
    sample(13, 7);
    sample(48, 3);
    print();
    assert_int_equal(log_lines.count, 3);
    assert_line(0, 12, "HLT", 1, 5, 333, 5, 5, 5, 1); /* of 15 */
    assert_line(1, 13, "INVD", 2, 7, 466, 7, 7, 7, 1);
    assert_line(2, 48, "EPT_VIOLATION", 1, 3, 200, 3, 3, 3, 1);
}

static void more_than_32_bits(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++)
        sample(10, UINT64_C(0x100000000) << i);
    sample(12, UINT64_C(30064771072)); /* the sum of the three samples */
    print();
    assert_line(0, 10, "CPUID", 3, UINT64_C(30064771072), 500, UINT64_C(4294967296),
                UINT64_C(10021590357), UINT64_C(17179869184), 3);
}

/* A thousand times the sum does not fit in 64 bits. */
static void shares_of_very_long_times(void **state)
{
    (void)state;
    sample(10, UINT64_C(1) << 61);
    sample(12, UINT64_C(3) << 61);
    print();
    assert_int_equal(log_decimal(0, "share_permille"), 250);
    assert_int_equal(log_decimal(1, "share_permille"), 750);
}

/* A reason beyond the table is counted in its last row. */
static void numbers_beyond_the_table_are_the_last(void **state)
{
    static const uint16_t beyond[] = {EXIT_REASONS_MAX - 1, EXIT_REASONS_MAX, 0x7fff, 0xffff};
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(beyond); i++)
        sample(beyond[i], 10 + i);
    print();
    assert_int_equal(log_lines.count, 1);
    assert_line(0, EXIT_REASONS_MAX - 1, "UNKNOWN", 4, 46, 1000, 10, 11, 13, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_reason_without_exits_has_no_line, clear),
        cmocka_unit_test_setup(times_are_zero_without_samples, clear),
        cmocka_unit_test_setup(least_average_and_most, clear),
        cmocka_unit_test_setup(a_sample_may_be_zero, clear),
        cmocka_unit_test_setup(more_than_32_bits, clear),
        cmocka_unit_test_setup(reasons_share_the_time, clear),
        cmocka_unit_test_setup(shares_of_very_long_times, clear),
        cmocka_unit_test_setup(numbers_beyond_the_table_are_the_last, clear),
    };
    return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
