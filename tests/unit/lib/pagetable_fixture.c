/* The fixture of the tests of translation tables. */
#include "tests/unit/lib/pagetable_fixture.h"

#include "lib/bits.h"
#include "tests/unit/unit.h"

const struct pagetable_format pagetable_paging = {
    .present = BIT(0),
    .table = BIT(0) | BIT(1) | BIT(2),
    .large = BIT(7),
    .address = BITS(51, 12),
};

struct fake_pages pagetable_pages;
struct pagetable pagetable;

struct pagetable *pagetable_begin(unsigned largest, size_t limit)
{
    fake_pages_init(&pagetable_pages, limit);
    assert_true(pagetable_create(&pagetable, &pagetable_paging, &pagetable_pages.source, largest));
    return &pagetable;
}

int pagetable_destroy(void **state)
{
    (void)state;
    fake_pages_free(&pagetable_pages);
    return 0;
}

uint64_t pagetable_entry(size_t page, size_t index)
{
    return *fake_pages_entry(&pagetable_pages, page, index);
}

void assert_leaves(uint64_t small, uint64_t medium, uint64_t large)
{
    assert_int_equal(pagetable.leaves[1], small);
    assert_int_equal(pagetable.leaves[2], medium);
    assert_int_equal(pagetable.leaves[3], large);
}

void assert_leads(uint64_t from, unsigned level, uint64_t to)
{
    struct pagetable_walk walk = pagetable_lookup(&pagetable, from);

    assert_true(walk.present);
    assert_int_equal(walk.level, level);
    assert_int_equal(walk.to, to);
}

void assert_absent(uint64_t from, unsigned level)
{
    struct pagetable_walk walk = pagetable_lookup(&pagetable, from);

    assert_false(walk.present);
    assert_int_equal(walk.level, level);
    assert_int_equal(walk.entry, 0);
    assert_int_equal(walk.rights, 0);
    assert_int_equal(walk.to, 0);
}
