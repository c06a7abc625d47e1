/* Tests the memory map with fixed and with random maps. Addresses in boot information come from
 * firmware and can have any value. */
#include "kernel/memory.h"

#include <stdlib.h>
#include <string.h>

#include "lib/address.h"
#include "lib/bits.h"
#include "tests/unit/random.h"
#include "tests/unit/unit.h"

#define KIB UINT64_C(0x400)
#define MIB UINT64_C(0x100000)
#define GIB UINT64_C(0x40000000)

enum { RESERVED = 2 };

static struct boot_info info;
static struct memory memory;

static int clear(void **state)
{
    (void)state;
    memset(&info, 0, sizeof info);
    memset(&memory, 0xa5, sizeof memory);
    return 0;
}

static void entry(uint64_t base, uint64_t length, uint32_t type)
{
    assert_in_range(info.memory_count, 0, BOOT_MEMORY_MAX - 1);
    info.memory[info.memory_count++] = (struct boot_memory){base, length, type};
}

static void module(uint64_t start, uint64_t end)
{
    assert_in_range(info.module_count, 0, BOOT_MODULES_MAX - 1);
    info.module[info.module_count++] = (struct boot_module){start, end, ""};
}

static void init(const struct range *keep, size_t count)
{
    assert_true(memory_init(&memory, &info, keep, count));
}

static void assert_set(const struct range_set *set, const struct range *ranges, size_t count)
{
    assert_int_equal(set->count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(set->at[i].start, ranges[i].start);
        assert_int_equal(set->at[i].end, ranges[i].end);
    }
}

#define ASSERT_RAM(...)                                                                            \
    assert_set(&memory.ram, (const struct range[]){__VA_ARGS__},                                   \
               sizeof((const struct range[]){__VA_ARGS__}) / sizeof(struct range))
#define ASSERT_FREE(...)                                                                           \
    assert_set(&memory.free, (const struct range[]){__VA_ARGS__},                                  \
               sizeof((const struct range[]){__VA_ARGS__}) / sizeof(struct range))

/* The map of QEMU with 256 MiB. */
static void a_usual_machine(void **state)
{
    (void)state;
    entry(0x0, 0x9fc00, BOOT_MEMORY_AVAILABLE);
    entry(0x9fc00, 0x400, RESERVED);
    entry(0xf0000, 0x10000, RESERVED);
    entry(0x100000, 0xfee0000, BOOT_MEMORY_AVAILABLE);
    entry(0xffe0000, 0x20000, RESERVED);
    entry(0xfffc0000, 0x40000, RESERVED);
    init(NULL, 0);
    ASSERT_RAM({0x0, 0x9f000}, {0x100000, 0xffe0000});
    ASSERT_FREE({0x100000, 0xffe0000});
}

static void only_whole_pages_count(void **state)
{
    (void)state;
    entry(2 * MIB + 1, 3 * PAGE_SIZE, BOOT_MEMORY_AVAILABLE);
    entry(4 * MIB - 1, PAGE_SIZE + 1, BOOT_MEMORY_AVAILABLE);
    entry(6 * MIB + 1, PAGE_SIZE, BOOT_MEMORY_AVAILABLE);
    entry(8 * MIB, PAGE_SIZE - 1, BOOT_MEMORY_AVAILABLE);
    init(NULL, 0);
    ASSERT_RAM({2 * MIB + PAGE_SIZE, 2 * MIB + 3 * PAGE_SIZE}, {4 * MIB, 4 * MIB + PAGE_SIZE});
}

/* One reserved byte makes the whole page reserved, in any order of the entries. */
static void reserved_is_stronger(void **state)
{
    (void)state;
    entry(3 * MIB + PAGE_SIZE - 1, 2, RESERVED);
    entry(2 * MIB, 4 * MIB, BOOT_MEMORY_AVAILABLE);
    entry(4 * MIB + 5 * PAGE_SIZE + 7, 1, BOOT_MEMORY_NVS);
    entry(5 * MIB, PAGE_SIZE, BOOT_MEMORY_ACPI);
    entry(6 * MIB - PAGE_SIZE, 8 * PAGE_SIZE, BOOT_MEMORY_BAD);
    entry(4 * MIB, PAGE_SIZE, 0);
    entry(4 * MIB + PAGE_SIZE, PAGE_SIZE, UINT32_MAX);
    init(NULL, 0);
    ASSERT_FREE({2 * MIB, 3 * MIB}, {3 * MIB + 2 * PAGE_SIZE, 4 * MIB},
                {4 * MIB + 2 * PAGE_SIZE, 4 * MIB + 5 * PAGE_SIZE},
                {4 * MIB + 6 * PAGE_SIZE, 5 * MIB}, {5 * MIB + PAGE_SIZE, 6 * MIB - PAGE_SIZE});
}

/* Empty entries have no effect, even at odd addresses. */
static void empty_entries_have_no_effect(void **state)
{
    (void)state;
    entry(2 * MIB, MIB, BOOT_MEMORY_AVAILABLE);
    entry(2 * MIB + 123, 0, RESERVED);
    entry(4 * MIB, 0, BOOT_MEMORY_AVAILABLE);
    module(2 * MIB + 77, 2 * MIB + 77);
    init(NULL, 0);
    ASSERT_FREE({2 * MIB, 3 * MIB});
}

/* A range at the end of the address space must not wrap. */
static void the_end_of_the_address_space(void **state)
{
    (void)state;
    entry(GIB, GIB, BOOT_MEMORY_AVAILABLE);
    entry(0 - 3 * PAGE_SIZE, UINT64_MAX, BOOT_MEMORY_AVAILABLE);
    entry(0 - 2 * PAGE_SIZE + 1, 2 * PAGE_SIZE, RESERVED);
    init(NULL, 0);
    ASSERT_FREE({GIB, 2 * GIB});
    (void)clear(state);
    /* Memory above 2^47 is not RAM: there, no linear address can equal the physical address. */
    entry(GIB, GIB, BOOT_MEMORY_AVAILABLE);
    entry((1ull << 47) - PAGE_SIZE, 2 * PAGE_SIZE, BOOT_MEMORY_AVAILABLE);
    init(NULL, 0);
    ASSERT_FREE({GIB, 2 * GIB}, {(1ull << 47) - PAGE_SIZE, 1ull << 47});
    (void)clear(state);
    entry(GIB, GIB, BOOT_MEMORY_AVAILABLE);
    entry(5 * GIB, UINT64_MAX, RESERVED);
    entry(4 * GIB, 4 * GIB, BOOT_MEMORY_AVAILABLE);
    init(NULL, 0);
    ASSERT_FREE({GIB, 2 * GIB}, {4 * GIB, 5 * GIB});
}

static void touching_entries_are_one(void **state)
{
    (void)state;
    entry(3 * MIB, MIB, BOOT_MEMORY_AVAILABLE);
    entry(2 * MIB, MIB, BOOT_MEMORY_AVAILABLE);
    entry(3 * MIB + 512 * KIB, MIB, BOOT_MEMORY_AVAILABLE);
    init(NULL, 0);
    ASSERT_FREE({2 * MIB, 4 * MIB + 512 * KIB});
}

static void modules_and_the_kernel_are_kept(void **state)
{
    const struct range keep[] = {{2 * MIB, 2 * MIB + 0x12345}, {20 * MIB, 20 * MIB + 1}};
    (void)state;
    entry(MIB, 15 * MIB, BOOT_MEMORY_AVAILABLE);
    module(4 * MIB + 1, 4 * MIB + 2 * PAGE_SIZE + 1);
    module(15 * MIB, 17 * MIB);
    init(keep, ARRAY_COUNT(keep));
    ASSERT_RAM({MIB, 16 * MIB});
    ASSERT_FREE({MIB, 2 * MIB}, {2 * MIB + 0x13000, 4 * MIB}, {4 * MIB + 3 * PAGE_SIZE, 15 * MIB});
}

/* Reports exactly kept and taken memory as used. */
static void kept_and_taken_memory_is_used(void **state)
{
    static struct range storage[8];
    const struct range keep[] = {{2 * MIB, 2 * MIB + 0x12345}};
    const struct range in_use[] = {{1 * MIB, 1 * MIB + 3 * PAGE_SIZE},
                                   {2 * MIB, 2 * MIB + 0x13000}};
    struct range_set taken = {storage, 0, ARRAY_COUNT(storage)};
    uint64_t address;
    (void)state;
    entry(0, 640 * 1024, BOOT_MEMORY_AVAILABLE);
    entry(MIB, 31 * MIB, BOOT_MEMORY_AVAILABLE);
    init(keep, ARRAY_COUNT(keep));
    assert_true(memory_take(&memory, 3, PAGE_SIZE, UINT64_MAX, &address));
    assert_int_equal(address, MIB);
    assert_true(memory_taken(&memory, NULL, 0, &taken));
    assert_set(&taken, in_use, ARRAY_COUNT(in_use));
    taken.capacity = 1;
    assert_false(memory_taken(&memory, NULL, 0, &taken));
}

static void pages_are_excepted_from_used_memory(void **state)
{
    static struct range storage[4];
    const uint64_t except[] = {2 * MIB + PAGE_SIZE, MIB, 9 * MIB};
    const struct range in_use[] = {{1 * MIB + PAGE_SIZE, 1 * MIB + 3 * PAGE_SIZE},
                                   {2 * MIB, 2 * MIB + PAGE_SIZE},
                                   {2 * MIB + 2 * PAGE_SIZE, 2 * MIB + 3 * PAGE_SIZE}};
    const struct range keep[] = {{2 * MIB, 2 * MIB + 3 * PAGE_SIZE}};
    struct range_set taken = {storage, 0, ARRAY_COUNT(storage)};
    uint64_t address;
    (void)state;
    entry(MIB, 31 * MIB, BOOT_MEMORY_AVAILABLE);
    init(keep, ARRAY_COUNT(keep));
    assert_true(memory_take(&memory, 3, PAGE_SIZE, UINT64_MAX, &address));
    assert_true(memory_taken(&memory, except, ARRAY_COUNT(except), &taken));
    assert_set(&taken, in_use, ARRAY_COUNT(in_use));
    taken.capacity = 2; /* too small once an excepted page splits a range */
    assert_false(memory_taken(&memory, except, ARRAY_COUNT(except), &taken));
}

static void ranges_are_excepted_from_ram(void **state)
{
    static struct range storage[3];
    const struct range except[] = {{0, PAGE_SIZE}, {4 * MIB, 5 * MIB}};
    const struct range rest[] = {{PAGE_SIZE, 2 * PAGE_SIZE}, {MIB, 4 * MIB}, {5 * MIB, 8 * MIB}};
    struct range_set set = {storage, 0, ARRAY_COUNT(storage)};
    uint64_t address;
    (void)state;
    entry(0, 2 * PAGE_SIZE, BOOT_MEMORY_AVAILABLE);
    entry(MIB, 7 * MIB, BOOT_MEMORY_AVAILABLE);
    init(NULL, 0);
    assert_true(
        memory_take(&memory, 3, PAGE_SIZE, UINT64_MAX, &address)); /* taken memory is still RAM */
    assert_true(memory_ram_except(&memory, except, ARRAY_COUNT(except), &set));
    assert_set(&set, rest, ARRAY_COUNT(rest));
    set.capacity = 2;
    assert_false(memory_ram_except(&memory, except, ARRAY_COUNT(except), &set));
    set.capacity = 1;
    assert_false(memory_ram_except(&memory, NULL, 0, &set));
}

static void nothing_below_1_mib(void **state)
{
    uint64_t address;
    (void)state;
    entry(0, MIB + PAGE_SIZE, BOOT_MEMORY_AVAILABLE);
    init(NULL, 0);
    ASSERT_RAM({0, MIB + PAGE_SIZE});
    assert_true(memory_take(&memory, 1, PAGE_SIZE, UINT64_MAX, &address));
    assert_int_equal(address, MIB);
    assert_false(memory_take(&memory, 1, PAGE_SIZE, UINT64_MAX, &address));
}

static uint64_t take(uint64_t count, uint64_t align, uint64_t limit)
{
    uint64_t address = 1;
    assert_true(memory_take(&memory, count, align, limit, &address));
    return address;
}

static void takes_with_alignment_and_limit(void **state)
{
    uint64_t address = 99;
    (void)state;
    entry(MIB + PAGE_SIZE, 7 * MIB, BOOT_MEMORY_AVAILABLE);
    entry(4 * GIB, GIB, BOOT_MEMORY_AVAILABLE);
    init(NULL, 0);
    assert_int_equal(take(1, 2 * MIB, UINT64_MAX), 2 * MIB);
    assert_int_equal(take(1, PAGE_SIZE, UINT64_MAX), MIB + PAGE_SIZE);
    assert_int_equal(take(255, PAGE_SIZE, UINT64_MAX), 2 * MIB + PAGE_SIZE);
    assert_int_equal(take(254, PAGE_SIZE, 2 * MIB), MIB + 2 * PAGE_SIZE);
    assert_int_equal(take(1, GIB, UINT64_MAX), 4 * GIB);
    assert_int_equal(take(1024, PAGE_SIZE, 7 * MIB), 3 * MIB);
    /* One page is left below 8 MiB + 4 KiB. The limit is exclusive. */
    assert_int_equal(take(256, PAGE_SIZE, 8 * MIB), 7 * MIB);
    assert_false(memory_take(&memory, 1, PAGE_SIZE, 8 * MIB + PAGE_SIZE - 1, &address));
    assert_int_equal(address, 99);
    assert_int_equal(take(1, PAGE_SIZE, 8 * MIB + PAGE_SIZE), 8 * MIB);
    assert_false(memory_take(&memory, 1, PAGE_SIZE, 4 * GIB + PAGE_SIZE, &address));
    assert_false(memory_take(&memory, 0, PAGE_SIZE, UINT64_MAX, &address));
    assert_false(memory_take(&memory, (1ull << 52) + 1, PAGE_SIZE, UINT64_MAX, &address));
    assert_false(memory_take(&memory, GIB / PAGE_SIZE, PAGE_SIZE, UINT64_MAX, &address));
    assert_int_equal(take(GIB / PAGE_SIZE - 1, PAGE_SIZE, UINT64_MAX), 4 * GIB + PAGE_SIZE);
    assert_false(memory_take(&memory, 1, PAGE_SIZE, UINT64_MAX, &address));
    assert_int_equal(memory.free.count, 0);
    assert_int_equal(range_set_total(&memory.ram), 7 * MIB + GIB);
}

/* More than 4 GiB: the size does not fit in 32 bits. */
static void takes_many_pages(void **state)
{
    (void)state;
    entry(4 * GIB, 64 * GIB, BOOT_MEMORY_AVAILABLE);
    init(NULL, 0);
    assert_int_equal(take(32 * GIB / PAGE_SIZE, PAGE_SIZE, UINT64_MAX), 4 * GIB);
    assert_int_equal(take(1, PAGE_SIZE, UINT64_MAX), 36 * GIB);
}

/* As many entries as the boot information can hold, with the most holes possible. */
static void the_longest_map_fits(void **state)
{
    (void)state;
    entry(MIB, 4 * GIB, BOOT_MEMORY_AVAILABLE);
    for (uint64_t i = 1; i < BOOT_MEMORY_MAX; i++)
        entry(MIB + i * 2 * PAGE_SIZE, 1, RESERVED);
    for (uint64_t i = 0; i < BOOT_MODULES_MAX; i++)
        module(GIB + i * MIB, GIB + i * MIB + 1);
    init(NULL, 0);
    assert_int_equal(memory.ram.count, BOOT_MEMORY_MAX);
    assert_int_equal(memory.free.count, BOOT_MEMORY_MAX + BOOT_MODULES_MAX);
}

static void too_many_holes_are_refused(void **state)
{
    static struct range keep[MEMORY_RANGES_MAX];
    (void)state;
    entry(MIB, GIB, BOOT_MEMORY_AVAILABLE);
    for (size_t i = 0; i < ARRAY_COUNT(keep); i++) {
        uint64_t hole = 2 * MIB + i * 2 * PAGE_SIZE;
        keep[i] = (struct range){hole, hole + PAGE_SIZE};
    }
    assert_true(memory_init(&memory, &info, keep, MEMORY_RANGES_MAX - 1));
    assert_false(memory_init(&memory, &info, keep, MEMORY_RANGES_MAX));
}

static void an_empty_map_has_no_memory(void **state)
{
    uint64_t address;
    (void)state;
    init(NULL, 0);
    assert_int_equal(memory.ram.count, 0);
    assert_false(memory_take(&memory, 1, PAGE_SIZE, UINT64_MAX, &address));
}

/* ---- Random maps, compared with a model that has one byte for each byte of memory ---- */

enum {
    PAGES = 24,
    UNIVERSE = PAGES * 4096,
    ROUNDS = 300,
};

/* The modelled memory begins below 1 MiB, so that it includes both sides of that border. */
static const uint64_t base = MIB - 4 * PAGE_SIZE;

enum { SAID_AVAILABLE = 1, SAID_OTHERWISE = 2, KEPT = 4 };
static uint8_t said[UNIVERSE];
static bool whole[PAGES];  /* the page is entirely inside one available entry */
static bool handed[PAGES]; /* memory_take() has returned the page */

static void say(struct range range, uint8_t what)
{
    for (uint64_t a = range.start; a < range.end; a++)
        said[a - base] |= what;
}

/* Most edges are page boundaries, or one byte beside them. */
static struct range random_range(struct random *random)
{
    uint64_t edge[2];
    for (unsigned i = 0; i < 2; i++) {
        edge[i] = random_below(random, 3) ? random_below(random, PAGES + 1) * PAGE_SIZE
                                          : random_below(random, UNIVERSE + 1);
        if (random_below(random, 4) == 0 && edge[i] > 0 && edge[i] < UNIVERSE)
            edge[i] += random_below(random, 3) - 1;
    }
    if (edge[0] > edge[1])
        return (struct range){base + edge[1], base + edge[0]};
    return (struct range){base + edge[0], base + edge[1]};
}

static void random_map(struct random *random, struct range *keep, size_t *count)
{
    memset(said, 0, sizeof said);
    memset(whole, 0, sizeof whole);
    memset(handed, 0, sizeof handed);
    for (uint64_t i = 1 + random_below(random, 6); i > 0; i--) {
        struct range range = random_range(random);
        bool available = random_below(random, 3) > 0;
        entry(range.start, range.end - range.start,
              available ? BOOT_MEMORY_AVAILABLE : (uint32_t)random_below(random, 5) + 2);
        say(range, available ? SAID_AVAILABLE : SAID_OTHERWISE);
        for (uint64_t page = 0; available && page < PAGES; page++) {
            uint64_t start = base + page * PAGE_SIZE;
            whole[page] |= range.start <= start && start + PAGE_SIZE <= range.end;
        }
    }
    for (uint64_t i = random_below(random, 3); i > 0; i--) {
        struct range range = random_range(random);
        module(range.start, range.end);
        say(range, KEPT);
    }
    *count = random_below(random, 3);
    for (size_t i = 0; i < *count; i++) {
        keep[i] = random_range(random);
        say(keep[i], KEPT);
    }
}

/* Returns all types given to bytes of a page. Sets *everywhere to true if every byte is
 * SAID_AVAILABLE. */
static uint8_t said_of(uint64_t page, bool *everywhere)
{
    uint8_t all = 0;
    *everywhere = true;
    for (uint64_t i = 0; i < PAGE_SIZE; i++) {
        all |= said[page * PAGE_SIZE + i];
        *everywhere &= said[page * PAGE_SIZE + i] & SAID_AVAILABLE;
    }
    return all;
}

/* Returns true if at least one address of range is RAM. */
static bool touches_ram(struct range range)
{
    for (size_t i = 0; i < memory.ram.count; i++) {
        if (range_overlaps(memory.ram.at[i], range))
            return true;
    }
    return false;
}

static void check_ram(void)
{
    for (uint64_t page = 0; page < PAGES; page++) {
        struct range range = range_make(base + page * PAGE_SIZE, PAGE_SIZE);
        bool everywhere;
        uint8_t all = said_of(page, &everywhere);
        if (touches_ram(range))
            assert_true(everywhere && !(all & SAID_OTHERWISE));
        if (whole[page] && !(all & SAID_OTHERWISE))
            assert_true(range_set_contains(&memory.ram, range));
    }
}

static void check_taken(uint64_t address, uint64_t count, uint64_t align, uint64_t limit)
{
    assert_in_range(address, MIB, base + UNIVERSE - count * PAGE_SIZE);
    assert_int_equal(address % align, 0);
    assert_in_range(address + count * PAGE_SIZE, 0, limit);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t page = (address - base) / PAGE_SIZE + i;
        bool everywhere;
        assert_int_equal(said_of(page, &everywhere), SAID_AVAILABLE);
        assert_true(everywhere);
        assert_false(handed[page]);
        handed[page] = true;
    }
}

/* Takes every free page. */
static void drain(void)
{
    uint64_t address;
    while (memory_take(&memory, 1, PAGE_SIZE, UINT64_MAX, &address))
        check_taken(address, 1, PAGE_SIZE, UINT64_MAX);
    for (uint64_t page = 0; page < PAGES; page++) {
        bool everywhere;
        if (whole[page] && said_of(page, &everywhere) == SAID_AVAILABLE && page >= 4)
            assert_true(handed[page]);
    }
}

static void random_maps(void **state)
{
    struct random random = {20261};
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct range keep[2];
        size_t count;
        (void)clear(state);
        random_map(&random, keep, &count);
        init(keep, count);
        check_ram();
        for (unsigned i = 0; i < 8; i++) {
            uint64_t address, pages = 1 + random_below(&random, 4);
            uint64_t align = PAGE_SIZE << random_below(&random, 4);
            uint64_t limit = base + random_below(&random, UNIVERSE + PAGE_SIZE);
            if (memory_take(&memory, pages, align, limit, &address))
                check_taken(address, pages, align, limit);
        }
        drain();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_usual_machine, clear),
        cmocka_unit_test_setup(only_whole_pages_count, clear),
        cmocka_unit_test_setup(reserved_is_stronger, clear),
        cmocka_unit_test_setup(empty_entries_have_no_effect, clear),
        cmocka_unit_test_setup(the_end_of_the_address_space, clear),
        cmocka_unit_test_setup(touching_entries_are_one, clear),
        cmocka_unit_test_setup(modules_and_the_kernel_are_kept, clear),
        cmocka_unit_test_setup(kept_and_taken_memory_is_used, clear),
        cmocka_unit_test_setup(pages_are_excepted_from_used_memory, clear),
        cmocka_unit_test_setup(ranges_are_excepted_from_ram, clear),
        cmocka_unit_test_setup(nothing_below_1_mib, clear),
        cmocka_unit_test_setup(takes_with_alignment_and_limit, clear),
        cmocka_unit_test_setup(takes_many_pages, clear),
        cmocka_unit_test_setup(the_longest_map_fits, clear),
        cmocka_unit_test_setup(too_many_holes_are_refused, clear),
        cmocka_unit_test_setup(an_empty_map_has_no_memory, clear),
        cmocka_unit_test(random_maps),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
