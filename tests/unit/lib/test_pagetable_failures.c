/* Tests mappings that fail: no pages left, a range already mapped, or invalid arguments. */
#include "lib/bits.h"
#include "lib/pagetable.h"
#include "tests/unit/lib/pagetable_fixture.h"
#include "tests/unit/unit.h"

static void needs_a_page_to_begin(void **state)
{
    (void)state;
    fake_pages_init(&pagetable_pages, 0);
    assert_false(pagetable_create(&pagetable, &pagetable_paging, &pagetable_pages.source, 3));
}

/* If the pages run out, the leaves created so far cover the start of the range, and the rest can be
 * mapped later. */
static void stops_where_the_source_is_exhausted(void **state)
{
    static const uint64_t borders[] = {
        MIXED_FROM, GIB1 - MIB2, GIB1, 2 * GIB1, 2 * GIB1 + MIB2,
    };
    /* parts[limit]: number of leaves that `limit` pages allow; a 1 GiB leaf needs no new table. */
    static const size_t parts[MIXED_TABLES] = {0, 0, 0, 0, 3, 4};

    (void)state;
    for (size_t limit = 1; limit < MIXED_TABLES; limit++) {
        struct pagetable *table = pagetable_begin(3, limit);
        size_t done = parts[limit];

        assert_int_equal(pagetable_map(table, MIXED_FROM, MIXED_FROM, MIXED_SIZE, BIT(0)),
                         PAGETABLE_NO_MEMORY);
        for (size_t i = 0; i < ARRAY_COUNT(borders); i++) {
            struct pagetable_walk walk = pagetable_lookup(table, borders[i]);

            assert_int_equal(walk.present, i < done);
            assert_int_equal(walk.to, i < done ? borders[i] : 0);
        }
        pagetable_pages.limit = MIXED_TABLES;
        assert_int_equal(pagetable_map(table, borders[done], borders[done],
                                       MIXED_FROM + MIXED_SIZE - borders[done], BIT(0)),
                         PAGETABLE_OK);
        assert_leaves(2, 2, 1);
        fake_pages_free(&pagetable_pages);
    }
}

/* An existing empty table is filled with smaller leaves and not replaced by a large leaf. */
static void fills_a_table_that_was_left_empty(void **state)
{
    struct pagetable *table = pagetable_begin(3, 3);

    (void)state;
    assert_int_equal(pagetable_map(table, 0, 0, KIB4, BIT(0)), PAGETABLE_NO_MEMORY);
    assert_int_equal(pagetable_map(table, 0, 0, GIB1, BIT(0)), PAGETABLE_OK);
    assert_leaves(0, 512, 0);
    assert_int_equal(pagetable_entry(1, 0), fake_pages_address(2) | 7);
}

static void refuses_to_map_again(void **state)
{
    struct pagetable *table = pagetable_begin(3, 16);

    (void)state;
    assert_int_equal(pagetable_map(table, 3 * KIB4, 0, KIB4, BIT(0)), PAGETABLE_OK);
    assert_int_equal(pagetable_map(table, 3 * KIB4, 0, KIB4, BIT(0)), PAGETABLE_MAPPED);
    assert_int_equal(pagetable_map(table, GIB1 + MIB2, 0, MIB2, BIT(0)), PAGETABLE_OK);
    assert_int_equal(pagetable_map(table, GIB1 + MIB2, 0, MIB2, BIT(0)), PAGETABLE_MAPPED);
    assert_int_equal(pagetable_map(table, GIB1 + 2 * MIB2 - KIB4, 0, KIB4, BIT(0)),
                     PAGETABLE_MAPPED);
    assert_int_equal(pagetable_map(table, 3 * GIB1, 0, GIB1, BIT(0)), PAGETABLE_OK);
    assert_int_equal(pagetable_map(table, 3 * GIB1 + MIB2, 0, MIB2, BIT(0)), PAGETABLE_MAPPED);
    assert_int_equal(pagetable_map(table, 4 * GIB1 - KIB4, 0, KIB4, BIT(0)), PAGETABLE_MAPPED);
    assert_leaves(1, 1, 1);
    assert_leads(3 * KIB4, 1, 0);
    assert_leads(GIB1 + MIB2, 2, 0);
    assert_leads(3 * GIB1, 3, 0);
}

/* A large range that covers a mapped small page: only the part below that page gets mapped. */
static void keeps_what_it_mapped_before_it_found_a_page(void **state)
{
    struct pagetable *table = pagetable_begin(3, 8);

    (void)state;
    assert_int_equal(pagetable_map(table, 5 * KIB4, 0, KIB4, BIT(0)), PAGETABLE_OK);
    assert_int_equal(pagetable_map(table, 0, MIB2, MIB2, BIT(0)), PAGETABLE_MAPPED);
    assert_leaves(6, 0, 0);
    assert_leads(0, 1, MIB2);
    assert_leads(4 * KIB4, 1, MIB2 + 4 * KIB4);
    assert_leads(5 * KIB4, 1, 0);
    assert_absent(6 * KIB4, 1);
}

static void check_invalid(uint64_t from, uint64_t to, uint64_t size, uint64_t flags)
{
    struct pagetable *table = pagetable_begin(3, 16);

    assert_int_equal(pagetable_map(table, from, to, size, flags), PAGETABLE_INVALID);
    assert_leaves(0, 0, 0);
    assert_int_equal(pagetable_pages.count, 1);
    fake_pages_free(&pagetable_pages);
}

/* A 48-bit address can be mapped to every address that an entry can hold. */
static void maps_to_addresses_beyond_48_bits(void **state)
{
    struct pagetable *table = pagetable_begin(3, 16);

    (void)state;
    assert_int_equal(pagetable_map(table, 0, LIMIT, KIB4, BIT(0)), PAGETABLE_OK);
    assert_int_equal(pagetable_map(table, LIMIT - MIB2, TARGET_LIMIT - MIB2, MIB2, BIT(0)),
                     PAGETABLE_OK);
    assert_int_equal(pagetable_map(table, GIB1, BIT(51), GIB1, BIT(0)), PAGETABLE_OK);
    assert_leads(0, 1, LIMIT);
    assert_leads(LIMIT - MIB2, 2, TARGET_LIMIT - MIB2);
    assert_leads(LIMIT - 1, 2, TARGET_LIMIT - 1);
    assert_leads(2 * GIB1 - 1, 3, BIT(51) + GIB1 - 1);
}

static void refuses_what_is_invalid(void **state)
{
    const uint64_t top = UINT64_MAX - 0xfff; /* the last multiple of 4 KiB */

    (void)state;
    check_invalid(1, 0, KIB4, BIT(0));
    check_invalid(0x800, 0, KIB4, BIT(0));
    check_invalid(0, 1, KIB4, BIT(0));
    check_invalid(0, 0x800, KIB4, BIT(0));
    check_invalid(0, 0, 1, BIT(0));
    check_invalid(0, 0, KIB4 + 0x800, BIT(0));
    check_invalid(LIMIT, 0, KIB4, BIT(0));
    check_invalid(LIMIT - KIB4, 0, 2 * KIB4, BIT(0));
    check_invalid(0, TARGET_LIMIT, KIB4, BIT(0));
    check_invalid(0, TARGET_LIMIT - KIB4, 2 * KIB4, BIT(0));
    check_invalid(0, 0, LIMIT + KIB4, BIT(0));
    check_invalid(top, 0, KIB4, BIT(0));
    check_invalid(0, top, KIB4, BIT(0));
    check_invalid(KIB4, 0, top, BIT(0));
    check_invalid(0, KIB4, top, BIT(0));
    check_invalid(top, top, 2 * KIB4, BIT(0));
    check_invalid(0, 0, KIB4, 0);
    check_invalid(0, 0, KIB4, BIT(1));
    check_invalid(0, 0, KIB4, BIT(0) | BIT(7));
    check_invalid(0, 0, KIB4, BIT(0) | BIT(12));
    check_invalid(0, 0, KIB4, BIT(0) | BIT(51));
}
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(needs_a_page_to_begin),
        cmocka_unit_test_teardown(stops_where_the_source_is_exhausted, pagetable_destroy),
        cmocka_unit_test_teardown(fills_a_table_that_was_left_empty, pagetable_destroy),
        cmocka_unit_test_teardown(refuses_to_map_again, pagetable_destroy),
        cmocka_unit_test_teardown(keeps_what_it_mapped_before_it_found_a_page, pagetable_destroy),
        cmocka_unit_test_teardown(maps_to_addresses_beyond_48_bits, pagetable_destroy),
        cmocka_unit_test_teardown(refuses_what_is_invalid, pagetable_destroy),
    };

    return cmocka_run_group_tests_name("pagetable failures", tests, NULL, NULL);
}
