/* Tests translation tables with single mappings, whose entries were worked out by hand. Failures
 * are tested in test_pagetable_failures.c, random mappings in test_pagetable_model.c. */
#include "lib/pagetable.h"

#include "lib/bits.h"
#include "tests/unit/lib/pagetable_fixture.h"
#include "tests/unit/unit.h"

#define EXECUTE_DISABLE BIT(63)

static void spans_are_those_of_the_manual(void **state)
{
    (void)state;
    assert_int_equal(pagetable_span(1), KIB4);
    assert_int_equal(pagetable_span(2), MIB2);
    assert_int_equal(pagetable_span(3), GIB1);
    assert_int_equal(pagetable_span(4), 512 * GIB1);
}

static void begins_empty(void **state)
{
    struct pagetable *table = pagetable_begin(3, 1);

    (void)state;
    assert_int_equal(table->root, fake_pages_address(0));
    assert_leaves(0, 0, 0);
    assert_absent(0, 4);
    assert_absent(LIMIT - 1, 4);
    assert_int_equal(pagetable_map(table, 0, 0, 0, 1), PAGETABLE_OK);
    assert_int_equal(pagetable_pages.count, 1);
}

/* The four indexes differ, so that the test detects a mix-up. */
static void maps_a_small_page(void **state)
{
    const uint64_t from = 0x102 * (512 * GIB1) | 3 * GIB1 | 0x104 * MIB2 | 5 * KIB4;
    const uint64_t to = UINT64_C(0x00000abcdef01000);
    const uint64_t flags = EXECUTE_DISABLE | BIT(8) | BIT(1) | BIT(0);
    struct pagetable *table = pagetable_begin(3, 4);
    struct pagetable_walk walk;

    (void)state;
    assert_int_equal(pagetable_map(table, from, to, KIB4, flags), PAGETABLE_OK);
    assert_leaves(1, 0, 0);
    assert_int_equal(pagetable_entry(0, 0x102), fake_pages_address(1) | 7);
    assert_int_equal(pagetable_entry(1, 0x003), fake_pages_address(2) | 7);
    assert_int_equal(pagetable_entry(2, 0x104), fake_pages_address(3) | 7);
    assert_int_equal(pagetable_entry(3, 0x005), UINT64_C(0x80000abcdef01103));
    walk = pagetable_lookup(table, from + 0x123);
    assert_true(walk.present);
    assert_int_equal(walk.level, 1);
    assert_int_equal(walk.entry, UINT64_C(0x80000abcdef01103));
    assert_int_equal(walk.rights & 7, 3);
    assert_int_equal(walk.to, UINT64_C(0x00000abcdef01123));
    assert_leads(from + 0xfff, 1, to + 0xfff);
    assert_absent(from - 1, 1);
    assert_absent(from + KIB4, 1);
    assert_absent(from - MIB2, 2);
    assert_absent(from - GIB1, 3);
    assert_absent(from - 512 * GIB1, 4);
}

static void maps_a_medium_page(void **state)
{
    struct pagetable *table = pagetable_begin(3, 3);

    (void)state;
    assert_int_equal(pagetable_map(table, 3 * MIB2, 5 * MIB2, MIB2, BIT(0)), PAGETABLE_OK);
    assert_leaves(0, 1, 0);
    assert_int_equal(pagetable_entry(0, 0), fake_pages_address(1) | 7);
    assert_int_equal(pagetable_entry(1, 0), fake_pages_address(2) | 7);
    assert_int_equal(pagetable_entry(2, 3), 5 * MIB2 | 0x81);
    assert_leads(3 * MIB2, 2, 5 * MIB2);
    assert_leads(4 * MIB2 - 1, 2, 6 * MIB2 - 1);
    assert_absent(3 * MIB2 - 1, 2);
    assert_absent(4 * MIB2, 2);
}

static void maps_a_large_page(void **state)
{
    struct pagetable *table = pagetable_begin(3, 2);

    (void)state;
    assert_int_equal(pagetable_map(table, 511 * GIB1, 7 * GIB1, GIB1, BIT(0)), PAGETABLE_OK);
    assert_leaves(0, 0, 1);
    assert_int_equal(pagetable_entry(1, 511), 7 * GIB1 | 0x81);
    assert_leads(511 * GIB1, 3, 7 * GIB1);
    assert_leads(512 * GIB1 - 1, 3, 8 * GIB1 - 1);
    assert_absent(511 * GIB1 - 1, 3);
    assert_absent(512 * GIB1, 4);
}

/* A leaf is never at level 4, however large and well aligned the mapping is. */
static void maps_much_with_many_large_pages(void **state)
{
    struct pagetable *table = pagetable_begin(3, 3);

    (void)state;
    assert_int_equal(pagetable_map(table, 0, 0, 1024 * GIB1, BIT(0)), PAGETABLE_OK);
    assert_leaves(0, 0, 1024);
    assert_leads(1023 * GIB1 + 5, 3, 1023 * GIB1 + 5);
}

static void keeps_to_the_largest_leaf_allowed(void **state)
{
    (void)state;
    assert_int_equal(pagetable_map(pagetable_begin(2, 3), 0, 0, GIB1, BIT(0)), PAGETABLE_OK);
    assert_leaves(0, 512, 0);
    fake_pages_free(&pagetable_pages);
    assert_int_equal(pagetable_map(pagetable_begin(1, 4), 0, 0, MIB2, BIT(0)), PAGETABLE_OK);
    assert_leaves(512, 0, 0);
}

static void needs_both_addresses_aligned_for_a_large_leaf(void **state)
{
    (void)state;
    assert_int_equal(pagetable_map(pagetable_begin(3, 4), 0, KIB4, MIB2, BIT(0)), PAGETABLE_OK);
    assert_leaves(512, 0, 0);
    fake_pages_free(&pagetable_pages);
    assert_int_equal(pagetable_map(pagetable_begin(3, 5), KIB4, 0, MIB2, BIT(0)), PAGETABLE_OK);
    assert_leaves(512, 0, 0);
    fake_pages_free(&pagetable_pages);
    assert_int_equal(pagetable_map(pagetable_begin(3, 3), 0, MIB2, GIB1, BIT(0)), PAGETABLE_OK);
    assert_leaves(0, 512, 0);
    fake_pages_free(&pagetable_pages);
    assert_int_equal(pagetable_map(pagetable_begin(3, 4), 0, 0, MIB2 - KIB4, BIT(0)), PAGETABLE_OK);
    assert_leaves(511, 0, 0);
}

static void mixes_sizes(void **state)
{
    struct pagetable *table = pagetable_begin(3, MIXED_TABLES);

    (void)state;
    assert_int_equal(pagetable_map(table, MIXED_FROM, MIXED_FROM + 4 * GIB1, MIXED_SIZE, BIT(0)),
                     PAGETABLE_OK);
    assert_leaves(2, 2, 1);
    assert_int_equal(pagetable_pages.count, MIXED_TABLES);
    assert_absent(MIXED_FROM - 1, 1);
    assert_leads(MIXED_FROM, 1, MIXED_FROM + 4 * GIB1);
    assert_leads(GIB1 - MIB2, 2, 5 * GIB1 - MIB2);
    assert_leads(GIB1 - 1, 2, 5 * GIB1 - 1);
    assert_leads(GIB1, 3, 5 * GIB1);
    assert_leads(2 * GIB1 - 1, 3, 6 * GIB1 - 1);
    assert_leads(2 * GIB1, 2, 6 * GIB1);
    assert_leads(2 * GIB1 + MIB2, 1, 6 * GIB1 + MIB2);
    assert_leads(2 * GIB1 + MIB2 + KIB4 - 1, 1, 6 * GIB1 + MIB2 + KIB4 - 1);
    assert_absent(2 * GIB1 + MIB2 + KIB4, 1);
}

static void reaches_the_last_address(void **state)
{
    struct pagetable *table = pagetable_begin(3, 16);

    (void)state;
    assert_int_equal(pagetable_map(table, LIMIT - KIB4, LIMIT - KIB4, KIB4, BIT(0)), PAGETABLE_OK);
    assert_leads(LIMIT - 1, 1, LIMIT - 1);
    /* The end of the mapping is not mapped; it must not wrap around to address 0. */
    assert_int_equal(pagetable_map(table, LIMIT, LIMIT, 0, BIT(0)), PAGETABLE_OK);
    assert_int_equal(pagetable_map(table, 0, 0, KIB4, BIT(0)), PAGETABLE_OK);
    assert_absent(LIMIT, 4);
    assert_absent(LIMIT | (LIMIT - KIB4), 4);
    assert_absent(UINT64_MAX, 4);
}

/* Bits that are not part of the address must not reach the result, and a table entry with fewer
 * rights restricts everything below it. */
static void walks_tables_made_by_others(void **state)
{
    struct pagetable *table = pagetable_begin(3, 4);
    struct pagetable_walk walk;

    (void)state;
    assert_int_equal(pagetable_map(table, 0, 3 * KIB4, KIB4, BIT(0) | BIT(1) | BIT(2)),
                     PAGETABLE_OK);
    *fake_pages_entry(&pagetable_pages, 1, 0) &= ~BIT(1);
    *fake_pages_entry(&pagetable_pages, 2, 0) |= EXECUTE_DISABLE | BIT(52) | BIT(5);
    walk = pagetable_lookup(table, 0x10);
    assert_true(walk.present);
    assert_int_equal(walk.to, 3 * KIB4 + 0x10);
    assert_int_equal(walk.rights & 7, BIT(0) | BIT(2));
    /* A large leaf with another bit among the low address bits: PAT in bit 12. */
    *fake_pages_entry(&pagetable_pages, 2, 1) = 7 * MIB2 | BIT(12) | BIT(7) | BIT(0);
    assert_leads(MIB2 + 0x2345, 2, 7 * MIB2 + 0x2345);
    *fake_pages_entry(&pagetable_pages, 1, 1) = 9 * GIB1 | BIT(12) | BIT(7) | BIT(0);
    assert_leads(GIB1 + 0x2345, 3, 9 * GIB1 + 0x2345);
    /* At level 1, bit 7 is not the page size. */
    *fake_pages_entry(&pagetable_pages, 3, 1) = 8 * KIB4 | BIT(7) | BIT(0);
    assert_leads(KIB4 + 0x234, 1, 8 * KIB4 + 0x234);
    /* At level 4, bit 7 is reserved, and the entry points to a table. */
    *fake_pages_entry(&pagetable_pages, 0, 0) |= BIT(7);
    assert_leads(0x10, 1, 3 * KIB4 + 0x10);
    /* An entry that is not present, although its other bits are set. */
    *fake_pages_entry(&pagetable_pages, 2, 0) &= ~BIT(0);
    walk = pagetable_lookup(table, 0x10);
    assert_false(walk.present);
    assert_int_equal(walk.level, 2);
    assert_int_equal(walk.entry, fake_pages_address(3) | EXECUTE_DISABLE | BIT(52) | 0x26);
    assert_int_equal(walk.to, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_those_of_the_manual),
        cmocka_unit_test_teardown(begins_empty, pagetable_destroy),
        cmocka_unit_test_teardown(maps_a_small_page, pagetable_destroy),
        cmocka_unit_test_teardown(maps_a_medium_page, pagetable_destroy),
        cmocka_unit_test_teardown(maps_a_large_page, pagetable_destroy),
        cmocka_unit_test_teardown(maps_much_with_many_large_pages, pagetable_destroy),
        cmocka_unit_test_teardown(keeps_to_the_largest_leaf_allowed, pagetable_destroy),
        cmocka_unit_test_teardown(needs_both_addresses_aligned_for_a_large_leaf, pagetable_destroy),
        cmocka_unit_test_teardown(mixes_sizes, pagetable_destroy),
        cmocka_unit_test_teardown(reaches_the_last_address, pagetable_destroy),
        cmocka_unit_test_teardown(walks_tables_made_by_others, pagetable_destroy),
    };

    return cmocka_run_group_tests_name("pagetable", tests, NULL, NULL);
}
