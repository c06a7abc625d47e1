/* Compares random operations on range sets with a model: one bit for each of 64 addresses. */
#include <stdlib.h>

#include "lib/range.h"
#include "tests/unit/random.h"
#include "tests/unit/unit.h"

enum {
    UNIVERSE = 64, /* addresses base <= a < base + UNIVERSE */
    CAPACITY_MAX = 8,
    STEPS = 4000,
};

struct world {
    struct random random;
    uint64_t base;
    struct range_set set;
    uint64_t model; /* bit n: base + n is in the set */
};

/* Returns the addresses of range as bits. All ranges here are inside the universe. */
static uint64_t bits_of(const struct world *world, struct range range)
{
    uint64_t bits = 0;

    for (uint64_t i = 0; i < UNIVERSE; i++) {
        if (world->base + i >= range.start && world->base + i < range.end)
            bits |= UINT64_C(1) << i;
    }
    return bits;
}

/* Returns the number of ranges for these addresses: the number of bits whose lower neighbour is
 * clear. */
static size_t ranges_in(uint64_t bits)
{
    return (size_t)__builtin_popcountll(bits & ~(bits << 1));
}

static struct range random_range(struct world *world)
{
    uint64_t a = random_below(&world->random, UNIVERSE + 1);
    uint64_t length = random_below(&world->random, 12);
    uint64_t b = a + length < UNIVERSE ? a + length : UNIVERSE;

    return (struct range){.start = world->base + a, .end = world->base + b};
}

/* Checks that the set equals the model and has the properties that lib/range.h promises. */
static void check_set(const struct world *world)
{
    const struct range_set *set = &world->set;
    uint64_t bits = 0;

    assert_in_range(set->count, 0, set->capacity);
    for (size_t i = 0; i < set->count; i++) {
        assert_true(set->at[i].start < set->at[i].end);
        assert_true(i == 0 || set->at[i - 1].end < set->at[i].start);
        bits |= bits_of(world, set->at[i]);
    }
    assert_int_equal(bits, world->model);
    assert_int_equal(range_set_total(set), __builtin_popcountll(bits));
}

static void check_questions(struct world *world)
{
    struct range range = random_range(world);
    uint64_t bits = bits_of(world, range);

    assert_int_equal(range_set_contains(&world->set, range), (bits & ~world->model) == 0);
}

/* Checks that the set becomes `wanted` if that fits into the storage, and stays unchanged if
 * not. */
static void check_change(struct world *world, bool done, uint64_t wanted)
{
    bool fits = ranges_in(wanted) <= world->set.capacity;

    assert_int_equal(done, fits);
    if (fits)
        world->model = wanted;
    check_set(world);
}

static void add(struct world *world)
{
    struct range range = random_range(world);

    check_change(world, range_set_add(&world->set, range), world->model | bits_of(world, range));
}

static void remove_range(struct world *world)
{
    struct range range = random_range(world);

    check_change(world, range_set_remove(&world->set, range),
                 world->model & ~bits_of(world, range));
}

static void take(struct world *world)
{
    uint64_t size = 1 + random_below(&world->random, 10);
    uint64_t align = UINT64_C(1) << random_below(&world->random, 5);
    uint64_t limit = world->base + random_below(&world->random, UNIVERSE + 1);
    uint64_t start = 12345;
    bool taken = range_set_take(&world->set, size, align, limit, &start);

    for (uint64_t i = 0; i + size <= UNIVERSE; i++) {
        uint64_t at = world->base + i;
        uint64_t bits = bits_of(world, (struct range){.start = at, .end = at + size});

        if (at % align == 0 && at + size <= limit && (bits & ~world->model) == 0) {
            assert_true(start == (taken ? at : 12345));
            check_change(world, taken, world->model & ~bits);
            return;
        }
    }
    assert_false(taken);
    assert_int_equal(start, 12345);
    check_set(world);
}

static void run(uint64_t base, size_t capacity)
{
    struct world world = {
        .random = {.state = base + capacity},
        .base = base,
        .set = {.at = malloc(capacity * sizeof(struct range)), .capacity = capacity},
    };

    assert_non_null(world.set.at);
    for (int step = 0; step < STEPS; step++) {
        uint64_t choice = random_below(&world.random, 5);

        if (choice < 2)
            add(&world);
        else if (choice < 4)
            remove_range(&world);
        else
            take(&world);
        check_questions(&world);
    }
    free(world.set.at);
}

static void agrees_at_the_first_addresses(void **state)
{
    (void)state;
    for (size_t capacity = 1; capacity <= CAPACITY_MAX; capacity++)
        run(0, capacity);
}

static void agrees_in_the_middle(void **state)
{
    (void)state;
    for (size_t capacity = 1; capacity <= CAPACITY_MAX; capacity++)
        run(UINT64_C(0xfffffff0), capacity);
}

static void agrees_at_the_last_addresses(void **state)
{
    (void)state;
    for (size_t capacity = 1; capacity <= CAPACITY_MAX; capacity++)
        run(UINT64_MAX - UNIVERSE, capacity);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_at_the_first_addresses),
        cmocka_unit_test(agrees_in_the_middle),
        cmocka_unit_test(agrees_at_the_last_addresses),
    };

    return cmocka_run_group_tests_name("range against a model", tests, NULL, NULL);
}
