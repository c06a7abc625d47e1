/* Tests ranges and range sets with cases that were worked out by hand. Random cases are in
 * test_range_model.c. */
#include "lib/range.h"

#include <stdlib.h>

#include "tests/unit/unit.h"

#define TOP UINT64_MAX

static struct range between(uint64_t start, uint64_t end)
{
    return (struct range){.start = start, .end = end};
}

static void assert_range(struct range range, uint64_t start, uint64_t end)
{
    assert_int_equal(range.start, start);
    assert_int_equal(range.end, end);
}

static void assert_empty(struct range range)
{
    assert_int_equal(range.start, range.end);
}

static void makes_ranges(void **state)
{
    (void)state;
    assert_range(range_make(5, 3), 5, 8);
    assert_range(range_make(5, 0), 5, 5);
    assert_range(range_make(0, TOP), 0, TOP);
    assert_range(range_make(1, TOP - 1), 1, TOP);
    assert_range(range_make(1, TOP), 1, TOP);
    assert_range(range_make(TOP - 4, 3), TOP - 4, TOP - 1);
    assert_range(range_make(TOP - 4, 4), TOP - 4, TOP);
    assert_range(range_make(TOP - 4, 5), TOP - 4, TOP);
    assert_range(range_make(TOP, 1), TOP, TOP);
}

static void tells_overlaps(void **state)
{
    (void)state;
    assert_true(range_overlaps(between(2, 6), between(5, 9)));
    assert_true(range_overlaps(between(5, 9), between(2, 6)));
    assert_true(range_overlaps(between(2, 9), between(4, 5)));
    assert_true(range_overlaps(between(4, 5), between(2, 9)));
    assert_true(range_overlaps(between(2, 6), between(2, 6)));
    assert_false(range_overlaps(between(2, 6), between(6, 9)));
    assert_false(range_overlaps(between(6, 9), between(2, 6)));
    assert_false(range_overlaps(between(2, 4), between(6, 9)));
    assert_false(range_overlaps(between(4, 4), between(2, 9)));
    assert_false(range_overlaps(between(2, 9), between(4, 4)));
    assert_false(range_overlaps(between(4, 4), between(4, 4)));
}

static void shrinks_to_whole_units(void **state)
{
    (void)state;
    assert_range(range_shrink(between(0x1000, 0x3000), 0x1000), 0x1000, 0x3000);
    assert_range(range_shrink(between(0x1001, 0x3000), 0x1000), 0x2000, 0x3000);
    assert_range(range_shrink(between(0x0fff, 0x3fff), 0x1000), 0x1000, 0x3000);
    assert_range(range_shrink(between(7, 9), 1), 7, 9);
    assert_range(range_shrink(between(0, TOP), 0x1000), 0, TOP - 0xfff);
    assert_empty(range_shrink(between(0x1001, 0x2fff), 0x2000));
    assert_empty(range_shrink(between(0x1001, 0x2000), 0x1000));
    assert_empty(range_shrink(between(0x1001, 0x1fff), 0x1000));
    assert_empty(range_shrink(between(0x1000, 0x1000), 0x1000));
    assert_empty(range_shrink(between(0x1800, 0x1800), 0x1000));
    assert_empty(range_shrink(between(TOP - 5, TOP), 0x1000));
    assert_empty(range_shrink(between(TOP, TOP), 0x1000));
}

static void grows_to_whole_units(void **state)
{
    (void)state;
    assert_range(range_grow(between(0x1000, 0x3000), 0x1000), 0x1000, 0x3000);
    assert_range(range_grow(between(0x1fff, 0x3001), 0x1000), 0x1000, 0x4000);
    assert_range(range_grow(between(7, 9), 1), 7, 9);
    assert_range(range_grow(between(0, 1), 0x1000), 0, 0x1000);
    assert_range(range_grow(between(TOP - 0x1fff, TOP - 0xfff), 0x1000), TOP - 0x1fff, TOP - 0xfff);
    assert_range(range_grow(between(TOP - 5, TOP - 1), 0x1000), TOP - 0xfff, TOP);
    assert_range(range_grow(between(5, TOP), 0x1000), 0, TOP);
    assert_empty(range_grow(between(0x1800, 0x1800), 0x1000));
}

/* Makes a set with storage in an allocation of its exact size. The caller frees set.at. */
static struct range_set make_set(size_t capacity)
{
    struct range_set set = {.capacity = capacity};

    set.at = malloc(capacity * sizeof(set.at[0]));
    assert_non_null(set.at);
    return set;
}

static void assert_set(const struct range_set *set, size_t count, const struct range *expected)
{
    assert_int_equal(set->count, count);
    for (size_t i = 0; i < count; i++)
        assert_range(set->at[i], expected[i].start, expected[i].end);
}

#define ASSERT_SET(set, ...)                                                                       \
    do {                                                                                           \
        const struct range expected[] = {__VA_ARGS__};                                             \
        assert_set(set, sizeof(expected) / sizeof(expected[0]), expected);                         \
    } while (0)

static void adds_ranges(void **state)
{
    struct range_set set = make_set(3);

    (void)state;
    assert_true(range_set_add(&set, between(40, 50)));
    assert_true(range_set_add(&set, between(10, 20)));
    assert_true(range_set_add(&set, between(25, 30)));
    ASSERT_SET(&set, {10, 20}, {25, 30}, {40, 50});
    /* A range that is inside the set or empty changes nothing. */
    assert_true(range_set_add(&set, between(12, 20)));
    assert_true(range_set_add(&set, between(35, 35)));
    ASSERT_SET(&set, {10, 20}, {25, 30}, {40, 50});
    assert_false(range_set_add(&set, between(32, 34)));
    assert_false(range_set_add(&set, between(0, 9)));
    assert_false(range_set_add(&set, between(51, 60)));
    ASSERT_SET(&set, {10, 20}, {25, 30}, {40, 50});
    /* Ranges that touch are merged, on either side and on both. */
    assert_true(range_set_add(&set, between(50, 60)));
    assert_true(range_set_add(&set, between(9, 10)));
    assert_true(range_set_add(&set, between(20, 25)));
    ASSERT_SET(&set, {9, 30}, {40, 60});
    assert_true(range_set_add(&set, between(0, 100)));
    ASSERT_SET(&set, {0, 100});
    free(set.at);
}

static void removes_ranges(void **state)
{
    struct range_set set = make_set(3);

    (void)state;
    assert_true(range_set_add(&set, between(10, 100)));
    assert_true(range_set_remove(&set, between(0, 10)));
    assert_true(range_set_remove(&set, between(100, 200)));
    assert_true(range_set_remove(&set, between(50, 50)));
    ASSERT_SET(&set, {10, 100});
    assert_true(range_set_remove(&set, between(20, 30)));
    assert_true(range_set_remove(&set, between(40, 50)));
    ASSERT_SET(&set, {10, 20}, {30, 40}, {50, 100});
    assert_false(range_set_remove(&set, between(60, 70)));
    assert_false(range_set_remove(&set, between(11, 12)));
    ASSERT_SET(&set, {10, 20}, {30, 40}, {50, 100});
    assert_true(range_set_remove(&set, between(0, 11)));
    assert_true(range_set_remove(&set, between(99, 200)));
    ASSERT_SET(&set, {11, 20}, {30, 40}, {50, 99});
    assert_true(range_set_remove(&set, between(19, 51)));
    ASSERT_SET(&set, {11, 19}, {51, 99});
    assert_true(range_set_remove(&set, between(11, 19)));
    ASSERT_SET(&set, {51, 99});
    assert_true(range_set_remove(&set, between(0, TOP)));
    assert_int_equal(set.count, 0);
    assert_true(range_set_remove(&set, between(0, TOP)));
    free(set.at);
}

static void copies_sets(void **state)
{
    struct range_set set = make_set(2);
    struct range storage[] = {{10, 20}, {30, 40}, {50, 60}};
    struct range_set from = {storage, 2, 3};

    (void)state;
    assert_true(range_set_add(&set, between(15, 35)));
    assert_true(range_set_copy(&set, &from));
    ASSERT_SET(&set, {10, 20}, {30, 40});
    from.count = 3;
    assert_false(range_set_copy(&set, &from));
    ASSERT_SET(&set, {10, 20}, {30, 40});
    from.count = 0;
    assert_true(range_set_copy(&set, &from));
    assert_int_equal(set.count, 0);
    free(set.at);
}

static void removes_several_ranges(void **state)
{
    const struct range several[] = {{10, 20}, {30, 40}, {60, 70}, {0, 50}};
    struct range_set set = make_set(2);

    (void)state;
    assert_true(range_set_add(&set, between(0, 100)));
    assert_true(range_set_remove_all(&set, several, 0));
    ASSERT_SET(&set, {0, 100});
    assert_false(range_set_remove_all(&set, several, 4));
    ASSERT_SET(&set, {0, 10}, {20, 100});
    assert_true(range_set_remove_all(&set, &several[3], 1));
    assert_true(range_set_remove_all(&set, several, 3));
    ASSERT_SET(&set, {50, 60}, {70, 100});
    free(set.at);
}

static void does_without_storage(void **state)
{
    struct range_set set = {0};
    uint64_t start = 99;

    (void)state;
    assert_true(range_set_add(&set, between(5, 5)));
    assert_false(range_set_add(&set, between(5, 6)));
    assert_true(range_set_remove(&set, between(5, 6)));
    assert_false(range_set_take(&set, 1, 1, TOP, &start));
    assert_int_equal(start, 99);
    assert_false(range_set_contains(&set, between(5, 6)));
    assert_true(range_set_contains(&set, between(5, 5)));
    assert_int_equal(range_set_total(&set), 0);
}

static void takes_the_lowest_that_fits(void **state)
{
    struct range_set set = make_set(4);
    uint64_t start = 99;

    (void)state;
    assert_true(range_set_add(&set, between(0x1800, 0x2800)));
    assert_true(range_set_add(&set, between(0x4000, 0x9000)));
    /* The first range is large enough, but not at a multiple of align. */
    assert_true(range_set_take(&set, 0x1000, 0x1000, TOP, &start));
    assert_int_equal(start, 0x4000);
    assert_true(range_set_take(&set, 0x800, 0x1000, TOP, &start));
    assert_int_equal(start, 0x2000);
    assert_true(range_set_take(&set, 0x1000, 0x4000, TOP, &start));
    assert_int_equal(start, 0x8000);
    ASSERT_SET(&set, {0x1800, 0x2000}, {0x5000, 0x8000});
    /* The bytes must end at or below limit; it is not enough that they start there. */
    assert_false(range_set_take(&set, 0x1000, 0x1000, 0x5fff, &start));
    assert_false(range_set_take(&set, 0x1000, 0x1000, 0x5000, &start));
    assert_false(range_set_take(&set, 0x1000, 0x1000, 0x4000, &start));
    assert_false(range_set_take(&set, 1, 1, 0, &start));
    assert_false(range_set_take(&set, 0x3001, 1, TOP, &start));
    assert_false(range_set_take(&set, TOP, 1, TOP, &start));
    assert_int_equal(start, 0x8000);
    assert_true(range_set_take(&set, 0x1000, 0x1000, 0x6000, &start));
    assert_int_equal(start, 0x5000);
    assert_true(range_set_take(&set, 0x2000, 1, TOP, &start));
    assert_int_equal(start, 0x6000);
    ASSERT_SET(&set, {0x1800, 0x2000});
    free(set.at);
}

static void takes_nothing_that_would_not_fit_the_storage(void **state)
{
    struct range_set set = make_set(1);
    uint64_t start = 99;

    (void)state;
    assert_true(range_set_add(&set, between(0x800, 0x3800)));
    assert_false(range_set_take(&set, 0x1000, 0x1000, TOP, &start));
    assert_int_equal(start, 99);
    ASSERT_SET(&set, {0x800, 0x3800});
    free(set.at);
}

static void takes_at_the_last_addresses(void **state)
{
    struct range_set set = make_set(2);
    uint64_t start = 99;

    (void)state;
    assert_true(range_set_add(&set, between(TOP - 10, TOP)));
    assert_false(range_set_take(&set, 1, 0x1000, TOP, &start));
    assert_false(range_set_take(&set, 11, 1, TOP, &start));
    assert_true(range_set_take(&set, 10, 1, TOP, &start));
    assert_int_equal(start, TOP - 10);
    assert_int_equal(set.count, 0);
    free(set.at);
}

static void counts_all_bytes(void **state)
{
    struct range_set set = make_set(2);

    (void)state;
    assert_true(range_set_add(&set, between(0, 10)));
    assert_true(range_set_add(&set, between(20, TOP)));
    assert_int_equal(range_set_total(&set), TOP - 10);
    free(set.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_ranges),
        cmocka_unit_test(tells_overlaps),
        cmocka_unit_test(shrinks_to_whole_units),
        cmocka_unit_test(grows_to_whole_units),
        cmocka_unit_test(adds_ranges),
        cmocka_unit_test(removes_ranges),
        cmocka_unit_test(copies_sets),
        cmocka_unit_test(removes_several_ranges),
        cmocka_unit_test(does_without_storage),
        cmocka_unit_test(takes_the_lowest_that_fits),
        cmocka_unit_test(takes_nothing_that_would_not_fit_the_storage),
        cmocka_unit_test(takes_at_the_last_addresses),
        cmocka_unit_test(counts_all_bytes),
    };

    return cmocka_run_group_tests_name("range", tests, NULL, NULL);
}
