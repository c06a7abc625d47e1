/* Tests each rule of SDM Vol 3A §11.11 separately, and the MTRRs of real machines. */
#include "lib/mtrr.h"

#include "tests/unit/unit.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

enum { UC = MEMORY_UC, WC = MEMORY_WC, WT = MEMORY_WT, WP = MEMORY_WP, WB = MEMORY_WB };

static struct mtrr_state mtrrs;
static struct memory_types types;
static struct mtrr_oddities oddities;

/* Starts with enabled MTRRs, disabled fixed ranges and no variable ranges. */
static void begin(unsigned physical_bits, uint64_t default_type)
{
    mtrrs = (struct mtrr_state){
        .present = true,
        .physical_bits = physical_bits,
        .cap = MTRR_CAP_FIXED,
        .def_type = MTRR_DEF_TYPE_ENABLE | default_type,
    };
}

static void add_mask(uint64_t base, uint64_t mask, uint64_t type)
{
    const uint64_t n = mtrrs.cap++ & 0xff;
    mtrrs.variable[n].base = base | type;
    mtrrs.variable[n].mask = mask | MTRR_MASK_VALID;
}

/* Adds a variable range. size is a power of two, and base is a multiple of size. */
static void add(uint64_t base, uint64_t size, uint64_t type)
{
    add_mask(base, BIT(mtrrs.physical_bits) - size, type);
}

/* An expected range. The last range ends at the end of the physical addresses. */
struct expected {
    uint64_t start;
    int type;
};

static void check(const struct expected *expected, size_t count)
{
    assert_int_equal(mtrr_resolve(&mtrrs, &types, &oddities), MTRR_OK);
    assert_int_equal(types.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(types.at[i].start, expected[i].start);
        assert_int_equal(types.at[i].type, expected[i].type);
        assert_int_equal(types.at[i].end,
                         i + 1 < count ? expected[i + 1].start : BIT(mtrrs.physical_bits));
    }
}

#define CHECK(...)                                                                                 \
    do {                                                                                           \
        const struct expected expected[] = {__VA_ARGS__};                                          \
        check(expected, ARRAY_COUNT(expected));                                                    \
    } while (0)

static void check_oddities(unsigned undefined_overlaps, unsigned reserved_types)
{
    assert_int_equal(oddities.undefined_overlaps, undefined_overlaps);
    assert_int_equal(oddities.reserved_types, reserved_types);
}

static void names_are_those_of_the_manual(void **state)
{
    static const char *const names[MEMORY_TYPES + 1] = {
        [0] = "UC", [1] = "WC", [4] = "WT", [5] = "WP", [6] = "WB"};
    (void)state;
    for (unsigned type = 0; type <= MEMORY_TYPES; type++) {
        const char *name = memory_type_name((enum memory_type)type);
        assert_int_equal(name == NULL, names[type] == NULL);
        if (name != NULL)
            assert_string_equal(name, names[type]);
    }
}

static void without_mtrrs_all_is_write_back(void **state)
{
    (void)state;
    mtrrs = (struct mtrr_state){.physical_bits = 39, .cap = 0x1ff};
    CHECK({0, WB});
    check_oddities(0, 0);
}

/* §11.11.2.1: if E is clear, all memory is UC. */
static void disabled_mtrrs_make_all_uncacheable(void **state)
{
    (void)state;
    begin(39, WB);
    add(0, GIB, WT);
    mtrrs.fixed[0] = UINT64_C(0x0606060606060606);
    mtrrs.def_type = MTRR_DEF_TYPE_FIXED_ENABLE | 3;
    CHECK({0, UC});
    check_oddities(0, 0);
}

static void the_default_is_for_what_no_range_has(void **state)
{
    static const uint64_t all[] = {UC, WC, WT, WP, WB};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
        begin(52, all[i]);
        CHECK({0, (int)all[i]});
    }
}

/* §11.11.2.2, Table 11-9: eight 64-KiB, sixteen 16-KiB and sixty-four 4-KiB ranges. */
static void fixed_ranges_have_their_places(void **state)
{
    static const struct {
        unsigned msr, byte;
        uint64_t start, size;
    } places[] = {
        {0, 0, 0, 64 * KIB},       {0, 7, 0x70000, 64 * KIB}, {1, 0, 0x80000, 16 * KIB},
        {1, 7, 0x9c000, 16 * KIB}, {2, 0, 0xa0000, 16 * KIB}, {2, 7, 0xbc000, 16 * KIB},
        {3, 0, 0xc0000, 4 * KIB},  {3, 7, 0xc7000, 4 * KIB},  {4, 0, 0xc8000, 4 * KIB},
        {7, 3, 0xe3000, 4 * KIB},  {9, 0, 0xf0000, 4 * KIB},  {10, 0, 0xf8000, 4 * KIB},
        {10, 7, 0xff000, 4 * KIB},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
        begin(36, UC);
        mtrrs.def_type |= MTRR_DEF_TYPE_FIXED_ENABLE;
        mtrrs.fixed[places[i].msr] = (uint64_t)WP << 8 * places[i].byte;
        if (places[i].start == 0)
            CHECK({0, WP}, {places[i].size, UC});
        else
            CHECK({0, UC}, {places[i].start, WP}, {places[i].start + places[i].size, UC});
    }
}

/* §11.11.4.1, rule 1: if FE is set, only the fixed ranges count below 1 MiB. */
static void fixed_ranges_come_first(void **state)
{
    (void)state;
    begin(36, WT);
    add(0, 2 * MIB, UC);
    for (unsigned i = 0; i < MTRR_FIXED; i++)
        mtrrs.fixed[i] = UINT64_C(0x0606060606060606);
    CHECK({0, UC}, {2 * MIB, WT});
    mtrrs.def_type |= MTRR_DEF_TYPE_FIXED_ENABLE;
    CHECK({0, WB}, {MIB, UC}, {2 * MIB, WT});
    mtrrs.cap &= ~MTRR_CAP_FIXED; /* a processor without fixed ranges */
    CHECK({0, UC}, {2 * MIB, WT});
}

static void a_range_counts_if_it_is_valid(void **state)
{
    (void)state;
    begin(36, WB);
    add(GIB, GIB, UC);
    CHECK({0, WB}, {GIB, UC}, {2 * GIB, WB});
    mtrrs.variable[0].mask &= ~MTRR_MASK_VALID;
    CHECK({0, WB});
    mtrrs.variable[0].mask |= MTRR_MASK_VALID;
    mtrrs.cap--; /* the last register no longer exists */
    CHECK({0, WB});
}

/* §11.11.4.1, rule 2: two overlapping ranges, with each pair of types. */
static void overlaps_follow_the_precedences(void **state)
{
    static const int all[] = {UC, WC, WT, WP, WB};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
        for (size_t j = 0; j < ARRAY_COUNT(all); j++) {
            const int a = all[i], b = all[j];
            const bool wt = (a == WT && b == WB) || (a == WB && b == WT);
            const bool defined = a == b || a == UC || b == UC || wt;
            begin(36, a);
            add(8 * MIB, 8 * MIB, (uint64_t)b);
            add(8 * MIB, 4 * MIB, (uint64_t)a);
            assert_int_equal(mtrr_resolve(&mtrrs, &types, &oddities), MTRR_OK);
            for (size_t n = 0; n < types.count; n++) {
                if (types.at[n].start <= 8 * MIB && types.at[n].end > 8 * MIB)
                    assert_int_equal(types.at[n].type, a == b ? a : wt ? WT : UC);
                if (types.at[n].start <= 12 * MIB && types.at[n].end > 12 * MIB)
                    assert_int_equal(types.at[n].type, b);
            }
            check_oddities(!defined, 0);
        }
    }
}

/* Three overlapping ranges: WT and WB with a third type are undefined, but with UC they are UC. */
static void three_may_overlap(void **state)
{
    (void)state;
    begin(36, WP);
    add(0, 16 * MIB, WB);
    add(0, 8 * MIB, WT);
    add(0, 4 * MIB, WC);
    add(0, 2 * MIB, UC);
    add(4 * MIB, 2 * MIB, WC);
    CHECK({0, UC}, {6 * MIB, WT}, {8 * MIB, WB}, {16 * MIB, WP});
    check_oddities(1, 0); /* one contiguous range, 2 to 6 MiB */
}

static void reserved_types_are_uncacheable(void **state)
{
    static const uint64_t reserved[] = {2, 3, 7, 8, 0x46, 0xff};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(reserved); i++) {
        begin(36, reserved[i]);
        mtrrs.def_type |= MTRR_DEF_TYPE_FIXED_ENABLE;
        for (unsigned n = 0; n < MTRR_FIXED; n++)
            mtrrs.fixed[n] = UINT64_C(0x0606060606060606);
        mtrrs.fixed[2] = UINT64_C(0x0606060606060600) | reserved[i];
        add(GIB, GIB, WB);
        add(GIB, 4 * KIB, reserved[i]);
        add(2 * GIB, GIB, reserved[i]);
        CHECK({0, WB}, {0xa0000, UC}, {0xa4000, WB}, {MIB, UC}, {GIB + 4 * KIB, WB}, {2 * GIB, UC});
        check_oddities(0, 4);
        mtrrs.variable[1].mask = mtrrs.variable[2].mask = 0;
        mtrrs.def_type &= ~MTRR_DEF_TYPE_FIXED_ENABLE;
        CHECK({0, UC}, {GIB, WB}, {2 * GIB, UC});
        check_oddities(0, 1); /* only an enabled register counts */
    }
}

/* An empty mask matches every address. A full mask matches one page, which may be the last one. */
static void masks_may_be_extreme(void **state)
{
    (void)state;
    begin(52, UC);
    add_mask(0, 0, WB);
    CHECK({0, WB});
    begin(52, UC);
    add(BIT(52) - 4 * KIB, 4 * KIB, WB);
    CHECK({0, UC}, {BIT(52) - 4 * KIB, WB});
    begin(52, UC);
    add(BIT(51), BIT(51), WB);
    CHECK({0, UC}, {BIT(51), WB});
    /* Bits beyond the physical-address width are ignored, and so are base bits outside the mask. */
    begin(36, UC);
    add_mask(~UINT64_C(0xfff) - BIT(30), ~(GIB - 1), WB);
    CHECK({0, UC}, {62 * GIB, WB}, {63 * GIB, UC});
}

/* §11.11.3: zeros between ones in a mask make several separate ranges. */
static void masks_may_have_holes(void **state)
{
    (void)state;
    begin(34, UC);
    add_mask(GIB, 3 * GIB + 8 * GIB, WB); /* bit 32 is free */
    CHECK({0, UC}, {GIB, WB}, {2 * GIB, UC}, {5 * GIB, WB}, {6 * GIB, UC});
    begin(34, UC);
    add_mask(3 * GIB, 3 * GIB, WB); /* bits 32 and 33 are free */
    CHECK({0, UC}, {3 * GIB, WB}, {4 * GIB, UC}, {7 * GIB, WB}, {8 * GIB, UC}, {11 * GIB, WB},
          {12 * GIB, UC}, {15 * GIB, WB});
}

static void too_many_ranges_are_refused(void **state)
{
    (void)state;
    begin(52, UC);
    add_mask(0, 4 * KIB, WB); /* every other page */
    assert_int_equal(mtrr_resolve(&mtrrs, &types, &oddities), MTRR_TOO_MANY_RANGES);
    begin(52, WB); /* the bound holds even if all types are equal */
    add_mask(0, 4 * KIB, WB);
    assert_int_equal(mtrr_resolve(&mtrrs, &types, &oddities), MTRR_TOO_MANY_RANGES);
    mtrrs.def_type = 0;
    CHECK({0, UC});
    begin(52, UC);
    add_mask(0, BITS(51, 21) | BIT(12),
             WB); /* every other page of 2 MiB: the maximum number of ranges */
    assert_int_equal(mtrr_resolve(&mtrrs, &types, &oddities), MTRR_OK);
    assert_int_equal(types.count, MEMORY_TYPE_RANGES_MAX);
    begin(52, UC);
    for (uint64_t i = 0; i < MTRR_VARIABLE_MAX; i++) /* high addresses, each found in one step */
        add(i << 45 | BITS(44, 12), 4 * KIB, WB);
    assert_int_equal(mtrr_resolve(&mtrrs, &types, &oddities), MTRR_OK);
    assert_int_equal(types.count, 2 * MTRR_VARIABLE_MAX + 1);
    begin(52, UC);
    add_mask(4 * KIB, BITS(51, 21) | BIT(12), WB); /* one more range, before the first of them */
    assert_int_equal(mtrr_resolve(&mtrrs, &types, &oddities), MTRR_TOO_MANY_RANGES);
}

static void too_many_registers_are_refused(void **state)
{
    (void)state;
    begin(46, UC);
    for (unsigned i = 0; i < MTRR_VARIABLE_MAX; i++)
        add((2 * i + 1) * 4 * KIB, 4 * KIB, WB);
    assert_int_equal(mtrr_resolve(&mtrrs, &types, &oddities), MTRR_OK);
    assert_int_equal(types.count, 2 * MTRR_VARIABLE_MAX + 1);
    mtrrs.cap++;
    assert_int_equal(mtrr_resolve(&mtrrs, &types, &oddities), MTRR_TOO_MANY_REGISTERS);
    mtrrs.present = false;
    assert_int_equal(mtrr_resolve(&mtrrs, &types, &oddities), MTRR_OK);
}

/* The manual's example with 36 address bits, without its fixed ranges: §11.11.3, Example 11-2. */
static void the_example_of_the_manual(void **state)
{
    (void)state;
    begin(36, UC);
    add_mask(0, UINT64_C(0xffc000000), WB);
    add_mask(0x4000000, UINT64_C(0xffe000000), WB);
    add_mask(0x6000000, UINT64_C(0xfffc00000), WB);
    add_mask(0x4000000, UINT64_C(0xfffc00000), UC);
    add_mask(0xf00000, UINT64_C(0xffff00000), UC);
    add_mask(0xa0000000, UINT64_C(0xfff800000), WC);
    CHECK({0, WB}, {15 * MIB, UC}, {16 * MIB, WB}, {64 * MIB, UC}, {68 * MIB, WB}, {100 * MIB, UC},
          {0xa0000000, WC}, {0xa0800000, UC});
    check_oddities(0, 0);
}

/* Sets the fixed ranges as most firmware does. */
static void fill_fixed(void)
{
    mtrrs.def_type |= MTRR_DEF_TYPE_FIXED_ENABLE;
    mtrrs.fixed[0] = mtrrs.fixed[1] = UINT64_C(0x0606060606060606);
    for (unsigned i = 3; i < MTRR_FIXED; i++)
        mtrrs.fixed[i] = UINT64_C(0x0505050505050505);
}

/* The registers as read on Bochs with its own BIOS. */
static void bochs(void **state)
{
    (void)state;
    begin(40, WB);
    mtrrs.def_type |= MTRR_DEF_TYPE_FIXED_ENABLE;
    mtrrs.fixed[0] = mtrrs.fixed[1] = UINT64_C(0x0606060606060606);
    add_mask(0xc0000000, UINT64_C(0xffc0000000), UC);
    mtrrs.cap += 7; /* seven more pairs that are not valid */
    CHECK({0, WB}, {0xa0000, UC}, {MIB, WB}, {3 * GIB, UC}, {4 * GIB, WB});
    check_oddities(0, 0);
}

/* As SeaBIOS sets them: write-back except the fourth GiB, and write-protected BIOS ROM. */
static void write_back_with_a_hole(void **state)
{
    static const unsigned widths[] = {39, 46, 52};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(widths); i++) {
        begin(widths[i], WB);
        fill_fixed();
        add(3 * GIB, GIB, UC);
        CHECK({0, WB}, {0xa0000, UC}, {0xc0000, WP}, {MIB, WB}, {3 * GIB, UC}, {4 * GIB, WB});
        check_oddities(0, 0);
    }
}

/* Uncacheable except 64 GiB of RAM. RAM has a hole for devices in the fourth GiB, and 32 MiB of
 * graphics memory below it. */
static void uncacheable_with_memory(void **state)
{
    static const unsigned widths[] = {39, 46, 52};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(widths); i++) {
        begin(widths[i], UC);
        fill_fixed();
        add(0, 2 * GIB, WB);
        add(2 * GIB, GIB, WB);
        add(3 * GIB - 32 * MIB, 32 * MIB, UC);
        for (uint64_t size = 4 * GIB; size <= 32 * GIB; size *= 2)
            add(size, size, WB);
        add(64 * GIB, GIB, WB);
        CHECK({0, WB}, {0xa0000, UC}, {0xc0000, WP}, {MIB, WB}, {3 * GIB - 32 * MIB, UC},
              {4 * GIB, WB}, {65 * GIB, UC});
        check_oddities(0, 0);
    }
}

/* 46 address bits, 6 of them for the key: masks of 40 bits cover all of memory with every key. */
static void keys_are_no_addresses(void **state)
{
    const uint64_t six = UINT64_C(6) << 32, locked = 1, enabled = 2;
    (void)state;
    assert_int_equal(mtrr_width(46, 0), 46);
    assert_int_equal(mtrr_width(46, six | locked | enabled), 40);
    assert_int_equal(mtrr_width(46, six | enabled), 46);
    assert_int_equal(mtrr_width(46, six | locked), 46);
    assert_int_equal(mtrr_width(52, UINT64_C(15) << 32 | locked | enabled), 37);
    assert_int_equal(mtrr_width(38, six | locked | enabled), 32);
    assert_int_equal(mtrr_width(37, six | locked | enabled), 37); /* no real machine has this */
    begin(mtrr_width(46, six | locked | enabled), WB);
    add_mask(2 * GIB, (UINT64_C(1) << 40) - 2 * GIB, UC);
    CHECK({0, WB}, {2 * GIB, UC}, {4 * GIB, WB});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_of_the_manual),
        cmocka_unit_test(keys_are_no_addresses),
        cmocka_unit_test(without_mtrrs_all_is_write_back),
        cmocka_unit_test(disabled_mtrrs_make_all_uncacheable),
        cmocka_unit_test(the_default_is_for_what_no_range_has),
        cmocka_unit_test(fixed_ranges_have_their_places),
        cmocka_unit_test(fixed_ranges_come_first),
        cmocka_unit_test(a_range_counts_if_it_is_valid),
        cmocka_unit_test(overlaps_follow_the_precedences),
        cmocka_unit_test(three_may_overlap),
        cmocka_unit_test(reserved_types_are_uncacheable),
        cmocka_unit_test(masks_may_be_extreme),
        cmocka_unit_test(masks_may_have_holes),
        cmocka_unit_test(too_many_ranges_are_refused),
        cmocka_unit_test(too_many_registers_are_refused),
        cmocka_unit_test(the_example_of_the_manual),
        cmocka_unit_test(bochs),
        cmocka_unit_test(write_back_with_a_hole),
        cmocka_unit_test(uncacheable_with_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
