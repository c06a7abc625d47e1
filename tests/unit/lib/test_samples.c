/* Tests the statistics of samples. */
#include "lib/samples.h"

#include "lib/bits.h"
#include "tests/unit/unit.h"

static void sorted(void **state)
{
    uint64_t samples[] = {5, UINT64_MAX, 0, 5, 3, 9, 1};
    static const uint64_t want[] = {0, 1, 3, 5, 5, 9, UINT64_MAX};
    (void)state;
    samples_sort(samples, ARRAY_COUNT(samples));
    assert_memory_equal(samples, want, sizeof want);
    samples_sort(samples, 0);
    samples_sort(samples, 1);
    assert_memory_equal(samples, want, sizeof want);
}

static void percentiles_are_samples(void **state)
{
    uint64_t hundred[100];
    static const uint64_t one[] = {7}, four[] = {1, 2, 3, 4};
    (void)state;
    for (unsigned i = 0; i < 100; i++)
        hundred[i] = i + 1;
    assert_int_equal(samples_percentile(hundred, 100, 1), 1);
    assert_int_equal(samples_percentile(hundred, 100, 50), 50);
    assert_int_equal(samples_percentile(hundred, 100, 99), 99);
    assert_int_equal(samples_percentile(hundred, 100, 100), 100);
    assert_int_equal(samples_percentile(hundred, 99, 50), 50); /* rank 49.5, rounded up */
    assert_int_equal(samples_percentile(one, 1, 1), 7);
    assert_int_equal(samples_percentile(one, 1, 100), 7);
    assert_int_equal(samples_percentile(four, 4, 50), 2);
    assert_int_equal(samples_percentile(four, 4, 51), 3);
    assert_int_equal(samples_percentile(four, 4, 99), 4);
}

static void never_below_nothing(void **state)
{
    uint64_t samples[] = {4, 5, 6, UINT64_MAX};
    static const uint64_t want[] = {0, 0, 1, UINT64_MAX - 5};
    (void)state;
    samples_subtract(samples, ARRAY_COUNT(samples), 5);
    assert_memory_equal(samples, want, sizeof want);
}

static void thousandths(void **state)
{
    const uint64_t large = UINT64_MAX / 1000;
    (void)state;
    assert_int_equal(samples_permille(1, 3), 333);
    assert_int_equal(samples_permille(0, 3), 0);
    assert_int_equal(samples_permille(3500, 1000), 3500);
    assert_int_equal(samples_permille(5, 0), 0);
    assert_int_equal(samples_permille(large, large), 1000);
    assert_int_equal(samples_permille(large + 1, (large + 1) * 2), 500);
    assert_int_equal(samples_permille(UINT64_MAX, 999),
                     UINT64_MAX); /* the exact result does not fit into 64 bits */
}

static void equal_samples_are_one_bucket(void **state)
{
    static const uint64_t equal[] = {8, 8, 8};
    (void)state;
    const struct samples_histogram histogram = samples_histogram(equal, 3);
    assert_int_equal(histogram.first, 8);
    assert_int_equal(histogram.width, 1);
    assert_int_equal(histogram.count[0], 3);
    for (unsigned i = 1; i < SAMPLES_BUCKETS; i++)
        assert_int_equal(histogram.count[i], 0);
    assert_int_equal(histogram.above, 0);
}

/* 0 to 31, each twice, and one outlier: two values per bucket. */
static void buckets_of_a_width(void **state)
{
    uint64_t samples[199];
    (void)state;
    for (unsigned i = 0; i < 198; i++)
        samples[i] = 1000 + i * 32 / 198;
    samples[198] = UINT64_MAX;
    const struct samples_histogram histogram = samples_histogram(samples, 199);
    uint64_t all = 0;
    assert_int_equal(histogram.first, 1000);
    assert_int_equal(histogram.width, 2);
    for (unsigned i = 0; i < SAMPLES_BUCKETS; i++) {
        assert_in_range(histogram.count[i], 12, 13);
        all += histogram.count[i];
    }
    assert_int_equal(all, 198);
    assert_int_equal(histogram.above, 1);
}

/* Samples over the whole 64-bit range cause no overflow, and the greatest is in the last bucket. */
static void the_widest(void **state)
{
    static const uint64_t samples[] = {0, UINT64_MAX};
    (void)state;
    const struct samples_histogram histogram = samples_histogram(samples, 2);
    assert_true(histogram.width == UINT64_C(1) << 60);
    assert_int_equal(histogram.count[0], 1);
    assert_int_equal(histogram.count[SAMPLES_BUCKETS - 1], 1);
    assert_int_equal(histogram.above, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorted),
        cmocka_unit_test(percentiles_are_samples),
        cmocka_unit_test(never_below_nothing),
        cmocka_unit_test(thousandths),
        cmocka_unit_test(equal_samples_are_one_bucket),
        cmocka_unit_test(buckets_of_a_width),
        cmocka_unit_test(the_widest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
