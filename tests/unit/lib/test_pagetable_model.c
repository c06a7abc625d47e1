/* Compares random mappings with a list of the mapped ranges. */
#include "lib/bits.h"
#include "lib/pagetable.h"
#include "tests/unit/fake_pages.h"
#include "tests/unit/random.h"
#include "tests/unit/unit.h"

enum {
    MAPPINGS_MAX = 300,
    ROUNDS = 12,
};

static const struct pagetable_format format = {
    .present = BIT(0) | BIT(1),
    .table = BIT(0) | BIT(1),
    .large = BIT(7),
    .address = BITS(51, 12),
};

struct mapping {
    uint64_t from;
    uint64_t to;
    uint64_t size;
    uint64_t flags;
};

struct world {
    struct random random;
    struct fake_pages pages;
    struct pagetable table;
    size_t count;
    struct mapping mapping[MAPPINGS_MAX];
};

static struct world world;

/* Returns the mapping that contains address, or NULL. */
static const struct mapping *find(uint64_t address)
{
    for (size_t i = 0; i < world.count; i++) {
        if (address - world.mapping[i].from < world.mapping[i].size)
            return &world.mapping[i];
    }
    return NULL;
}

/* Returns the number of bytes of a mapping before the first byte that is already mapped. */
static uint64_t free_bytes(const struct mapping *wanted)
{
    uint64_t bytes = find(wanted->from) != NULL ? 0 : wanted->size;

    for (size_t i = 0; i < world.count; i++) {
        uint64_t distance = world.mapping[i].from - wanted->from;

        if (world.mapping[i].from >= wanted->from && distance < bytes)
            bytes = distance;
    }
    return bytes;
}

static void check_address(uint64_t address)
{
    const struct mapping *mapping = find(address);
    struct pagetable_walk walk = pagetable_lookup(&world.table, address);

    assert_int_equal(walk.present, mapping != NULL);
    if (mapping != NULL) {
        uint64_t span = pagetable_span(walk.level);
        uint64_t leaf = address & ~(span - 1);

        assert_int_equal(walk.to, address - mapping->from + mapping->to);
        assert_int_equal(walk.rights & format.present, mapping->flags & format.present);
        /* The leaf is not larger than allowed and lies inside the mapping. */
        assert_in_range(walk.level, 1, world.table.largest);
        assert_true(leaf >= mapping->from && leaf + span <= mapping->from + mapping->size);
    }
}

static void check_all(void)
{
    uint64_t bytes = 0;
    uint64_t leaves = 0;

    for (size_t i = 0; i < world.count; i++) {
        const struct mapping *mapping = &world.mapping[i];

        check_address(mapping->from);
        check_address(mapping->from - 1);
        check_address(mapping->from + mapping->size - 1);
        check_address(mapping->from + mapping->size);
        check_address(mapping->from + random_below(&world.random, mapping->size));
        bytes += mapping->size;
    }
    for (unsigned level = 1; level < PAGETABLE_LEVELS; level++)
        leaves += world.table.leaves[level] * pagetable_span(level);
    assert_int_equal(leaves, bytes);
}

/* Returns an address near a border of tables: a few units of each size, within two units of
 * 512 GiB. */
static uint64_t random_address(void)
{
    uint64_t address = 511 * pagetable_span(3);

    address += random_below(&world.random, 3) * pagetable_span(3);
    address += (509 + random_below(&world.random, 6)) * pagetable_span(2);
    if (random_below(&world.random, 2) == 0)
        address += (508 + random_below(&world.random, 8)) * pagetable_span(1);
    return address;
}

static struct mapping random_mapping(void)
{
    static const uint64_t flags[] = {BIT(0), BIT(1), BIT(0) | BIT(1)};
    unsigned level = 1 + (unsigned)random_below(&world.random, 3);
    struct mapping mapping = {
        .from = random_address(),
        .size = (1 + random_below(&world.random, 3)) * pagetable_span(level),
        .flags = flags[random_below(&world.random, ARRAY_COUNT(flags))],
    };

    mapping.to = mapping.from;
    if (random_below(&world.random, 2) == 0) {
        unsigned shift = 1 + (unsigned)random_below(&world.random, 3);

        mapping.to += pagetable_span(shift) * (1 + random_below(&world.random, 5));
    }
    /* Mapping gigabytes with small pages would take too long. */
    if (world.table.largest < 3 && mapping.size > 3 * pagetable_span(2))
        mapping.size = pagetable_span(1);
    return mapping;
}

static void map_one(void)
{
    struct mapping mapping = random_mapping();
    uint64_t bytes = free_bytes(&mapping);
    enum pagetable_status status =
        pagetable_map(&world.table, mapping.from, mapping.to, mapping.size, mapping.flags);

    assert_int_equal(status, bytes == mapping.size ? PAGETABLE_OK : PAGETABLE_MAPPED);
    if (bytes > 0) {
        mapping.size = bytes;
        world.mapping[world.count++] = mapping;
    }
}

static void run(uint64_t seed, unsigned largest)
{
    world.random.state = seed;
    world.count = 0;
    fake_pages_init(&world.pages, FAKE_PAGES_MAX);
    assert_true(pagetable_create(&world.table, &format, &world.pages.source, largest));
    for (int step = 0; step < MAPPINGS_MAX; step++)
        map_one();
    check_all();
    fake_pages_free(&world.pages);
}

static void agrees_with_all_sizes(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++)
        run(seed, 3);
}

static void agrees_with_medium_pages(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++)
        run(seed, 2);
}

static void agrees_with_small_pages(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++)
        run(seed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_all_sizes),
        cmocka_unit_test(agrees_with_medium_pages),
        cmocka_unit_test(agrees_with_small_pages),
    };

    return cmocka_run_group_tests_name("pagetable against a model", tests, NULL, NULL);
}
