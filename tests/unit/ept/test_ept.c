/* Tests EPT entries and the EPT pointer bit by bit against SDM Vol 3C §28.3.2 "EPT Translation
 * Mechanism" and §24.6.11 "Extended-Page-Table Pointer (EPTP)". test_pagetable.c tests what EPT
 * shares with ordinary paging. */
#include "ept/ept.h"

#include "tests/unit/ept/lookup.h"
#include "tests/unit/fake_pages.h"
#include "tests/unit/unit.h"

#define KIB4 UINT64_C(0x1000)
#define MIB2 UINT64_C(0x200000)
#define GIB1 UINT64_C(0x40000000)
#define RWX  (EPT_READ | EPT_WRITE | EPT_EXECUTE)

static struct fake_pages pages;
static struct ept ept;

static void create(unsigned largest, size_t limit)
{
    fake_pages_init(&pages, limit);
    assert_true(ept_create(&ept, &pages.source, largest));
}

static int destroy(void **state)
{
    (void)state;
    fake_pages_free(&pages);
    return 0;
}

static enum pagetable_status map(uint64_t from, uint64_t to, uint64_t size, uint64_t access,
                                 enum memory_type type)
{
    return ept_map(&ept, (struct gpa){from}, (struct hpa){to}, size, access, type);
}

static struct ept_translation lookup(uint64_t from)
{
    return ept_lookup(&ept, (struct gpa){from});
}

static void defines_bits_as_the_manual(void **state)
{
    (void)state;
    assert_int_equal(EPT_READ, 1);
    assert_int_equal(EPT_WRITE, 2);
    assert_int_equal(EPT_EXECUTE, 4);
    assert_int_equal(MEMORY_UC, 0);
    assert_int_equal(MEMORY_WC, 1);
    assert_int_equal(MEMORY_WT, 4);
    assert_int_equal(MEMORY_WP, 5);
    assert_int_equal(MEMORY_WB, 6);
}

static void needs_a_page_to_begin(void **state)
{
    (void)state;
    fake_pages_init(&pages, 0);
    assert_false(ept_create(&ept, &pages.source, 3));
}

/* Bits 2:0: memory type of the tables (6 or 0). Bits 5:3: page-walk length minus 1 (3). Bit 6:
 * accessed and dirty flags (0). */
static void makes_the_ept_pointer(void **state)
{
    (void)state;
    create(3, 1);
    assert_int_equal(ept_pointer(&ept, MEMORY_WB), fake_pages_address(0) | 0x1e);
    assert_int_equal(ept_pointer(&ept, MEMORY_UC), fake_pages_address(0) | 0x18);
}

static void makes_small_leaves(void **state)
{
    struct ept_translation translation;

    (void)state;
    create(3, 4);
    assert_int_equal(map(2 * KIB4, 5 * KIB4, KIB4, RWX, MEMORY_WB), PAGETABLE_OK);
    /* Table entries grant all rights. In them, the bits of memory type and ignore PAT are
     * reserved. */
    assert_int_equal(*fake_pages_entry(&pages, 0, 0), fake_pages_address(1) | 7);
    assert_int_equal(*fake_pages_entry(&pages, 1, 0), fake_pages_address(2) | 7);
    assert_int_equal(*fake_pages_entry(&pages, 2, 0), fake_pages_address(3) | 7);
    assert_int_equal(*fake_pages_entry(&pages, 3, 2), 0x5037);
    translation = lookup(2 * KIB4 + 0x45);
    assert_true(translation.present);
    assert_int_equal(translation.level, 1);
    assert_int_equal(translation.entry, 0x5037);
    assert_int_equal(translation.access, RWX);
    assert_int_equal(translation.type, MEMORY_WB);
    assert_int_equal(translation.to.value, 0x5045);
}

static void makes_larger_leaves(void **state)
{
    struct ept_translation translation;

    (void)state;
    create(3, 3);
    assert_int_equal(map(0, MIB2, MIB2, EPT_READ, MEMORY_UC), PAGETABLE_OK);
    assert_int_equal(*fake_pages_entry(&pages, 2, 0), 0x200081);
    assert_int_equal(map(GIB1, GIB1, GIB1, EPT_READ | EPT_EXECUTE, MEMORY_WP), PAGETABLE_OK);
    assert_int_equal(*fake_pages_entry(&pages, 1, 1), 0x400000ad);
    translation = lookup(0x1234);
    assert_int_equal(translation.level, 2);
    assert_int_equal(translation.access, EPT_READ);
    assert_int_equal(translation.type, MEMORY_UC);
    assert_int_equal(translation.to.value, 0x201234);
    translation = lookup(GIB1 + 0x12345678);
    assert_int_equal(translation.level, 3);
    assert_int_equal(translation.access, EPT_READ | EPT_EXECUTE);
    assert_int_equal(translation.type, MEMORY_WP);
    assert_int_equal(translation.to.value, 0x52345678);
    assert_int_equal(ept.table.leaves[2], 1);
    assert_int_equal(ept.table.leaves[3], 1);
}

static void keeps_to_the_largest_leaf_allowed(void **state)
{
    (void)state;
    create(1, 4);
    assert_int_equal(map(0, 0, MIB2, RWX, MEMORY_WB), PAGETABLE_OK);
    assert_int_equal(ept.table.leaves[1], 512);
    assert_int_equal(ept.table.leaves[2], 0);
}

/* An execute-only entry is present: each of bits 2:0 makes an entry present. */
static void knows_execute_only_as_present(void **state)
{
    (void)state;
    create(3, 4);
    assert_int_equal(map(0, KIB4, KIB4, EPT_EXECUTE, MEMORY_WB), PAGETABLE_OK);
    assert_true(lookup(0).present);
    assert_int_equal(lookup(0).access, EPT_EXECUTE);
    assert_int_equal(map(0, KIB4, KIB4, RWX, MEMORY_WB), PAGETABLE_MAPPED);
}

/* §28.3.3.1 "EPT Misconfigurations": write without read (2 and 6). */
static void refuses_rights_that_misconfigure(void **state)
{
    static const bool legal[8] = {false, true, false, true, true, true, false, true};

    (void)state;
    for (uint64_t access = 0; access < 64; access++) {
        bool expected = access < 8 && legal[access];

        create(3, 4);
        assert_int_equal(map(0, 0, KIB4, access, MEMORY_WB),
                         expected ? PAGETABLE_OK : PAGETABLE_INVALID);
        assert_int_equal(lookup(0).present, expected);
        assert_int_equal(lookup(0).access, expected ? access : 0);
        fake_pages_free(&pages);
    }
    create(3, 4);
    assert_int_equal(map(0, 0, KIB4, RWX | BIT(63), MEMORY_WB), PAGETABLE_INVALID);
}

/* §28.3.3.1 also: memory types 2, 3 and 7 are reserved. */
static void refuses_reserved_memory_types(void **state)
{
    static const bool legal[8] = {true, true, false, false, true, true, true, false};

    (void)state;
    for (unsigned type = 0; type < 16; type++) {
        bool expected = type < 8 && legal[type];

        create(3, 4);
        assert_int_equal(map(0, 0, KIB4, RWX, (enum memory_type)type),
                         expected ? PAGETABLE_OK : PAGETABLE_INVALID);
        assert_int_equal(lookup(0).present, expected);
        assert_int_equal(lookup(0).type, expected ? type : 0);
        fake_pages_free(&pages);
    }
}

/* The memory types of a machine, with boundaries at 1 MiB, at 3 GiB, and inside a 1 GiB and a 2 MiB
 * page. */
static const struct memory_types types = {
    .count = 5,
    .at =
        {
            {0, 0xa0000, MEMORY_WB},
            {0xa0000, 0x100000, MEMORY_UC},
            {0x100000, 3 * GIB1, MEMORY_WB},
            {3 * GIB1, 5 * GIB1 + 3 * MIB2 + KIB4, MEMORY_WC},
            {5 * GIB1 + 3 * MIB2 + KIB4, BIT(52), MEMORY_WT},
        },
};

static enum pagetable_status map_typed(uint64_t from, uint64_t to, uint64_t size)
{
    return ept_map_typed(&ept, (struct gpa){from}, (struct hpa){to}, size, RWX, &types);
}

static void check_leaf(uint64_t address, unsigned level, enum memory_type type)
{
    struct ept_translation translation = lookup(address);

    assert_true(translation.present);
    assert_int_equal(translation.level, level);
    assert_int_equal(translation.type, type);
    assert_int_equal(bits_get(translation.entry, 6, 6), 0); /* do not ignore the guest's PAT */
    assert_int_equal(translation.to.value, address);
}

static void makes_leaves_of_one_type(void **state)
{
    const uint64_t cut = 5 * GIB1 + 3 * MIB2 + KIB4;

    (void)state;
    create(3, 16);
    assert_int_equal(map_typed(0, 0, 8 * GIB1), PAGETABLE_OK);
    check_leaf(0, 1, MEMORY_WB);
    check_leaf(0x9ffff, 1, MEMORY_WB);
    check_leaf(0xa0000, 1, MEMORY_UC);
    check_leaf(0xfffff, 1, MEMORY_UC);
    check_leaf(0x100000, 1, MEMORY_WB);
    check_leaf(MIB2 - 1, 1, MEMORY_WB);
    check_leaf(MIB2, 2, MEMORY_WB);
    check_leaf(GIB1 - 1, 2, MEMORY_WB);
    check_leaf(GIB1, 3, MEMORY_WB);
    check_leaf(3 * GIB1 - 1, 3, MEMORY_WB);
    check_leaf(3 * GIB1, 3, MEMORY_WC);
    check_leaf(5 * GIB1 - 1, 3, MEMORY_WC);
    check_leaf(5 * GIB1, 2, MEMORY_WC);
    check_leaf(cut - KIB4 - 1, 2, MEMORY_WC);
    check_leaf(cut - 1, 1, MEMORY_WC);
    check_leaf(cut, 1, MEMORY_WT);
    check_leaf(cut - KIB4 + MIB2 - 1, 1, MEMORY_WT);
    check_leaf(cut - KIB4 + MIB2, 2, MEMORY_WT);
    check_leaf(6 * GIB1, 3, MEMORY_WT);
    assert_int_equal(ept.table.leaves[1], 2 * 512);
    assert_int_equal(ept.table.leaves[2], 2 * 511);
    assert_int_equal(ept.table.leaves[3], 6);
    assert_int_equal(ept.bytes[MEMORY_WB], 3 * GIB1 - 0x60000);
    assert_int_equal(ept.bytes[MEMORY_UC], 0x60000);
    assert_int_equal(ept.bytes[MEMORY_WC], cut - 3 * GIB1);
    assert_int_equal(ept.bytes[MEMORY_WT], 8 * GIB1 - cut);
    assert_int_equal(ept.bytes[MEMORY_WP], 0);
}

static void keeps_to_the_largest_leaf_of_one_type(void **state)
{
    (void)state;
    create(2, 16);
    assert_int_equal(map_typed(0, 0, 4 * GIB1), PAGETABLE_OK);
    check_leaf(0xa0000, 1, MEMORY_UC);
    check_leaf(2 * GIB1, 2, MEMORY_WB);
    check_leaf(3 * GIB1, 2, MEMORY_WC);
    assert_int_equal(ept.table.leaves[1], 512);
    assert_int_equal(ept.table.leaves[2], 4 * 512 - 1);
}

/* The type depends on the host-physical address, not on the guest-physical one. */
static void types_are_of_the_target(void **state)
{
    (void)state;
    create(3, 16);
    assert_int_equal(map_typed(0, 3 * GIB1 - MIB2, 2 * MIB2), PAGETABLE_OK);
    assert_int_equal(lookup(0).type, MEMORY_WB);
    assert_int_equal(lookup(MIB2 - 1).level, 2);
    assert_int_equal(lookup(MIB2).type, MEMORY_WC);
    assert_int_equal(lookup(MIB2).level, 2);
    assert_int_equal(map_typed(GIB1, BIT(52) - GIB1, GIB1), PAGETABLE_OK);
    assert_int_equal(lookup(GIB1).level, 3);
    assert_int_equal(lookup(GIB1).type, MEMORY_WT);
    assert_int_equal(lookup(GIB1).to.value, BIT(52) - GIB1);
}

static void refuses_what_has_no_type(void **state)
{
    struct memory_types small = types;

    (void)state;
    small.count = 2;
    create(3, 16);
    assert_int_equal(map_typed(0, BIT(52), KIB4), PAGETABLE_INVALID);
    assert_int_equal(map_typed(0, BIT(52) - KIB4, 2 * KIB4), PAGETABLE_INVALID);
    assert_int_equal(
        ept_map_typed(&ept, (struct gpa){MIB2}, (struct hpa){0x100000}, KIB4, RWX, &small),
        PAGETABLE_INVALID);
    assert_false(lookup(MIB2).present);
    assert_int_equal(map_typed(GIB1, 0x800, KIB4), PAGETABLE_INVALID);
    assert_int_equal(map_typed(GIB1, 0xa0000 - KIB4, KIB4 + 0x800), PAGETABLE_INVALID);
    assert_int_equal(ept_map_typed(&ept, (struct gpa){0}, (struct hpa){0}, KIB4, EPT_WRITE, &types),
                     PAGETABLE_INVALID);
}

static void passes_on_what_the_tables_refuse(void **state)
{
    (void)state;
    create(3, 3);
    assert_int_equal(map(1, 0, KIB4, RWX, MEMORY_WB), PAGETABLE_INVALID);
    assert_int_equal(map(0, 0, KIB4, RWX, MEMORY_WB), PAGETABLE_NO_MEMORY);
    assert_int_equal(map(0, 0, MIB2, RWX, MEMORY_WB), PAGETABLE_OK);
    assert_int_equal(map(0, 0, MIB2, RWX, MEMORY_WB), PAGETABLE_MAPPED);
}

static void says_what_all_levels_grant(void **state)
{
    struct ept_translation translation;

    (void)state;
    create(3, 4);
    assert_int_equal(map(0, KIB4, KIB4, RWX, MEMORY_WB), PAGETABLE_OK);
    *fake_pages_entry(&pages, 0, 0) &= ~EPT_WRITE;
    *fake_pages_entry(&pages, 2, 0) &= ~EPT_EXECUTE;
    translation = lookup(0);
    assert_true(translation.present);
    assert_int_equal(translation.access, EPT_READ);
    assert_int_equal(translation.entry, 0x1037);
}

/* Bits 51:12 are the address. The other bits that are set here are ignored, or mean "ignore
 * PAT". */
static void tells_addresses_from_other_bits(void **state)
{
    struct ept_translation translation;

    (void)state;
    create(3, 4);
    assert_int_equal(map(0, KIB4, KIB4, RWX, MEMORY_WB), PAGETABLE_OK);
    *fake_pages_entry(&pages, 0, 0) |= BITS(62, 52) | BITS(11, 8);
    *fake_pages_entry(&pages, 2, 0) |= BITS(62, 52) | BITS(11, 8);
    *fake_pages_entry(&pages, 3, 0) |= BITS(63, 51) | BITS(11, 8) | BIT(6);
    translation = lookup(0x45);
    assert_int_equal(translation.to.value, BIT(51) | 0x1045);
    assert_int_equal(translation.type, MEMORY_WB);
}

static void says_where_nothing_is(void **state)
{
    struct ept_translation translation;

    (void)state;
    create(3, 4);
    assert_int_equal(map(0, 0, KIB4, RWX, MEMORY_WB), PAGETABLE_OK);
    /* An absent entry may have any bits except rights. */
    *fake_pages_entry(&pages, 3, 1) = UINT64_C(0x7038);
    translation = lookup(KIB4);
    assert_false(translation.present);
    assert_int_equal(translation.level, 1);
    assert_int_equal(translation.entry, 0x7038);
    assert_int_equal(translation.access, 0);
    assert_int_equal(translation.type, 0);
    assert_int_equal(translation.to.value, 0);
    assert_int_equal(lookup(MIB2).level, 2);
    assert_int_equal(lookup(GIB1).level, 3);
    assert_int_equal(lookup(512 * GIB1).level, 4);
    assert_false(lookup(UINT64_MAX).present);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defines_bits_as_the_manual),
        cmocka_unit_test(needs_a_page_to_begin),
        cmocka_unit_test_teardown(makes_the_ept_pointer, destroy),
        cmocka_unit_test_teardown(makes_small_leaves, destroy),
        cmocka_unit_test_teardown(makes_larger_leaves, destroy),
        cmocka_unit_test_teardown(keeps_to_the_largest_leaf_allowed, destroy),
        cmocka_unit_test_teardown(knows_execute_only_as_present, destroy),
        cmocka_unit_test_teardown(refuses_rights_that_misconfigure, destroy),
        cmocka_unit_test_teardown(refuses_reserved_memory_types, destroy),
        cmocka_unit_test_teardown(makes_leaves_of_one_type, destroy),
        cmocka_unit_test_teardown(keeps_to_the_largest_leaf_of_one_type, destroy),
        cmocka_unit_test_teardown(types_are_of_the_target, destroy),
        cmocka_unit_test_teardown(refuses_what_has_no_type, destroy),
        cmocka_unit_test_teardown(passes_on_what_the_tables_refuse, destroy),
        cmocka_unit_test_teardown(says_what_all_levels_grant, destroy),
        cmocka_unit_test_teardown(tells_addresses_from_other_bits, destroy),
        cmocka_unit_test_teardown(says_where_nothing_is, destroy),
    };

    return cmocka_run_group_tests_name("ept", tests, NULL, NULL);
}
