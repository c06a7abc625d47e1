/* Compares random MTRRs with a model that computes the type of one page at a time (SDM
 * Vol 3A §11.11.4.1 "MTRR Precedences"). */
#include "lib/mtrr.h"

#include <string.h>

#include "tests/unit/random.h"
#include "tests/unit/unit.h"

enum {
    PAGE = 4096,
    SMALL = 23, /* an address width for which every page is checked */
    STATES = 6000,
    SAMPLES = 200,
};

struct world {
    struct random random;
    struct mtrr_state state;
    struct memory_types types;
    struct mtrr_oddities oddities;
    bool holes; /* some mask has zeros between ones */
};

static struct world world;

/* ---- The model ---------------------------------------------------------------------------------
 */

struct page {
    int type;
    bool undefined;
};

/* Returns the type. Reserved encodings (2, 3, and all from 7 up) count as UC. */
static int legal(uint64_t byte)
{
    return byte == 1 || byte == 4 || byte == 5 || byte == 6 ? (int)byte : 0;
}

/* Table 11-9 written out: MSR by MSR, for ranges of 64, 16 and 4 KiB. */
static int fixed_page(const struct mtrr_state *state, uint64_t address)
{
    static const struct {
        uint64_t first, size;
    } msr[11] = {
        {0x00000, 0x10000}, {0x80000, 0x4000}, {0xa0000, 0x4000}, {0xc0000, 0x1000},
        {0xc8000, 0x1000},  {0xd0000, 0x1000}, {0xd8000, 0x1000}, {0xe0000, 0x1000},
        {0xe8000, 0x1000},  {0xf0000, 0x1000}, {0xf8000, 0x1000},
    };
    for (unsigned i = 0; i < 11; i++) {
        for (unsigned byte = 0; byte < 8; byte++) {
            const uint64_t first = msr[i].first + byte * msr[i].size;
            if (address >= first && address < first + msr[i].size)
                return legal(state->fixed[i] >> 8 * byte & 0xff);
        }
    }
    fail_msg("no fixed range has 0x%llx", (unsigned long long)address);
    return 0;
}

static struct page page_of(const struct mtrr_state *state, uint64_t address)
{
    const uint64_t bits = ((UINT64_C(1) << state->physical_bits) - 1) & ~UINT64_C(0xfff);
    bool seen[8] = {false};
    int different = 0, last = 0;
    if (!state->present)
        return (struct page){6, false};
    if ((state->def_type & 0x800) == 0)
        return (struct page){0, false};
    if (address < 0x100000 && (state->def_type & 0x400) != 0 && (state->cap & 0x100) != 0)
        return (struct page){fixed_page(state, address), false};
    for (unsigned i = 0; i < (state->cap & 0xff); i++) {
        const uint64_t base = state->variable[i].base & bits, mask = state->variable[i].mask & bits;
        if ((state->variable[i].mask & 0x800) != 0 && (address & mask) == (base & mask))
            seen[legal(state->variable[i].base & 0xff)] = true;
    }
    for (int type = 0; type < 8; type++) {
        if (seen[type]) {
            different++;
            last = type;
        }
    }
    if (different == 0)
        return (struct page){legal(state->def_type & 0xff), false};
    if (different == 1)
        return (struct page){last, false};
    if (seen[0])
        return (struct page){0, false};
    if (different == 2 && seen[4] && seen[6])
        return (struct page){4, false};
    return (struct page){0, true};
}

/* ---- Random registers --------------------------------------------------------------------------
 */

static uint64_t chance(uint64_t of)
{
    return random_below(&world.random, of) == 0;
}

static uint64_t random_type(void)
{
    static const uint64_t types[] = {0, 1, 4, 5, 6, 6, 6, 4};
    return chance(12) ? random_below(&world.random, 256) : types[random_below(&world.random, 8)];
}

static void random_variable(unsigned i)
{
    const unsigned width = world.state.physical_bits;
    const unsigned size = 12 + (unsigned)random_below(&world.random, width - 11);
    uint64_t mask = ~((UINT64_C(1) << size) - 1);
    if (chance(6)) { /* one or two holes near the top, so that there are not too many ranges */
        mask &= ~(UINT64_C(1) << (width - 1 - random_below(&world.random, 3)));
        mask &= ~(UINT64_C(1) << (width - 1 - random_below(&world.random, 4)));
        world.holes = true;
    }
    if (chance(20))
        mask = random_next(&world.random), world.holes = true;
    if (!chance(8)) /* reserved bits must be ignored */
        mask &= (UINT64_C(1) << width) - 1;
    world.state.variable[i].mask = (mask & ~UINT64_C(0xfff)) | (chance(5) ? 0 : 0x800);
    world.state.variable[i].base = (random_next(&world.random) & ~UINT64_C(0xfff)) | random_type();
    if (chance(2)) /* at the base of another range */
        world.state.variable[i].base &= UINT64_C(0x3fffff);
}

static void random_state(unsigned width)
{
    struct mtrr_state *state = &world.state;
    const uint64_t count = chance(10) ? MTRR_VARIABLE_MAX : random_below(&world.random, 11);
    memset(state, 0, sizeof *state);
    world.holes = false;
    state->present = !chance(40);
    state->physical_bits = width;
    state->cap = count | (chance(8) ? 0 : 0x100) | (chance(2) ? 0x400 : 0);
    state->def_type = random_type() | (chance(8) ? 0 : 0x800) | (chance(4) ? 0 : 0x400);
    for (unsigned i = 0; i < MTRR_FIXED; i++) {
        for (unsigned byte = 0; byte < 8; byte++)
            state->fixed[i] |= random_type() << 8 * byte;
        if (chance(2))
            state->fixed[i] = UINT64_C(0x0606060606060606);
    }
    for (unsigned i = 0; i < count; i++)
        random_variable(i);
}

/* ---- Comparison --------------------------------------------------------------------------------
 */

/* Returns false if there are too many ranges, which only masks with holes can cause. */
static bool resolve(void)
{
    const enum mtrr_status status = mtrr_resolve(&world.state, &world.types, &world.oddities);
    if (status == MTRR_TOO_MANY_RANGES && world.holes)
        return false;
    assert_int_equal(status, MTRR_OK);
    return true;
}

static void check_list(void)
{
    const struct memory_types *types = &world.types;
    assert_in_range(types->count, 1, MEMORY_TYPE_RANGES_MAX);
    assert_int_equal(types->at[0].start, 0);
    assert_int_equal(types->at[types->count - 1].end, UINT64_C(1) << world.state.physical_bits);
    for (size_t i = 0; i < types->count; i++) {
        assert_true(types->at[i].start < types->at[i].end);
        assert_int_equal(types->at[i].end % PAGE, 0);
        if (i > 0) {
            assert_int_equal(types->at[i].start, types->at[i - 1].end);
            assert_int_not_equal(types->at[i].type, types->at[i - 1].type);
        }
    }
}

static const struct memory_type_range *range_at(uint64_t address)
{
    size_t i = 0;
    while (address >= world.types.at[i].end)
        i++;
    return &world.types.at[i];
}

static void check_page(uint64_t address)
{
    const int expected = page_of(&world.state, address).type;
    if ((int)range_at(address)->type != expected) {
        fail_msg("0x%llx is %d, not %d", (unsigned long long)address, range_at(address)->type,
                 expected);
    }
}

static void agrees_on_each_page(void **state)
{
    unsigned refused = 0, overlaps = 0;
    (void)state;
    world.random.state = 1;
    for (unsigned n = 0; n < STATES; n++) {
        unsigned undefined = 0;
        bool before = false;
        random_state(SMALL);
        if (!resolve()) {
            refused++;
            continue;
        }
        check_list();
        for (uint64_t address = 0; address < UINT64_C(1) << SMALL; address += PAGE) {
            const struct page page = page_of(&world.state, address);
            check_page(address);
            undefined += page.undefined && !before;
            before = page.undefined;
        }
        assert_int_equal(world.oddities.undefined_overlaps, undefined);
        overlaps += undefined;
    }
    assert_in_range(refused, 1, STATES / 10);
    assert_in_range(overlaps, STATES / 10, UINT32_MAX);
}

/* Checks both sides of each boundary and random addresses, with the widths of real processors. */
static void agrees_on_samples(void **state)
{
    static const unsigned widths[] = {36, 39, 40, 46, 48, 51, 52};
    (void)state;
    world.random.state = 2;
    for (unsigned n = 0; n < STATES; n++) {
        const unsigned width = widths[n % (sizeof widths / sizeof *widths)];
        random_state(width);
        if (!resolve())
            continue;
        check_list();
        for (size_t i = 0; i < world.types.count; i++) {
            check_page(world.types.at[i].start);
            check_page(world.types.at[i].end - PAGE);
        }
        for (unsigned i = 0; i < SAMPLES; i++) {
            const unsigned bits = 13 + (unsigned)random_below(&world.random, width - 12);
            check_page(random_below(&world.random, UINT64_C(1) << bits));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_on_each_page),
        cmocka_unit_test(agrees_on_samples),
    };
    return cmocka_run_group_tests_name("MTRRs against a model", tests, NULL, NULL);
}
