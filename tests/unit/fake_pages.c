/* Implements fake physical memory for tests of translation tables. */
#include "tests/unit/fake_pages.h"

#include <stdlib.h>

#include "lib/address.h"
#include "tests/unit/unit.h"

/* Addresses are above 4 GiB, so that truncation to 32 bits is detected, and pages are not
 * adjacent. */
static const uint64_t first_address = UINT64_C(0x0000712345678000);
static const uint64_t stride = 3 * PAGE_SIZE;

uint64_t fake_pages_address(size_t index)
{
    return first_address + index * stride;
}

static bool take(struct page_source *source, uint64_t *page)
{
    struct fake_pages *pages = (struct fake_pages *)source;

    if (pages->count == pages->limit)
        return false;
    pages->page[pages->count] = calloc(1, PAGE_SIZE);
    assert_non_null(pages->page[pages->count]);
    *page = fake_pages_address(pages->count++);
    return true;
}

static void *view(struct page_source *source, uint64_t page)
{
    struct fake_pages *pages = (struct fake_pages *)source;
    uint64_t index = (page - first_address) / stride;

    assert_int_equal(page, fake_pages_address(index));
    assert_in_range(index, 0, pages->count - 1);
    return pages->page[index];
}

void fake_pages_init(struct fake_pages *pages, size_t limit)
{
    assert_in_range(limit, 0, FAKE_PAGES_MAX);
    *pages = (struct fake_pages){.source = {.take = take, .view = view}, .limit = limit};
}

void fake_pages_free(struct fake_pages *pages)
{
    for (size_t i = 0; i < pages->count; i++)
        free(pages->page[i]);
    pages->count = 0;
}

uint64_t *fake_pages_entry(struct fake_pages *pages, size_t index, size_t entry)
{
    return (uint64_t *)view(&pages->source, fake_pages_address(index)) + entry;
}
