/* Tests the page source for tables, with memory of this process below 4 GiB. */
#define _GNU_SOURCE /* MAP_32BIT */
#include "kernel/memory_source.h"

#include <string.h>
#include <sys/mman.h>

#include "lib/address.h"
#include "tests/unit/unit.h"

enum { PAGES = 3 };

static uint8_t *pages;
static struct memory memory;
static struct memory_source source;

static int set_up(void **state)
{
    (void)state;
    pages = mmap(NULL, PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    assert_ptr_not_equal(pages, MAP_FAILED);
    memset(pages, 0xa5, PAGES * PAGE_SIZE);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return munmap(pages, PAGES * PAGE_SIZE);
}

static void init(uint64_t base)
{
    static struct boot_info info;
    info = (struct boot_info){
        .memory = {{base, PAGES * PAGE_SIZE, BOOT_MEMORY_AVAILABLE}},
        .memory_count = 1,
    };
    assert_true(memory_init(&memory, &info, NULL, 0));
    memory_source_init(&source, &memory);
}

static void a_page_is_zeroed_and_no_longer_free(void **state)
{
    const uint64_t base = (uintptr_t)pages;
    uint64_t page = 0;
    (void)state;
    init(base);
    for (unsigned i = 0; i < PAGES; i++) {
        assert_true(source.source.take(&source.source, &page));
        assert_int_equal(page, base + i * PAGE_SIZE);
        for (unsigned byte = 0; byte < PAGE_SIZE; byte++)
            assert_int_equal(pages[i * PAGE_SIZE + byte], 0);
        if (i + 1 < PAGES) /* the next page is unchanged */
            assert_int_equal(pages[(i + 1) * PAGE_SIZE], 0xa5);
        assert_int_equal(range_set_total(&memory.free), (PAGES - 1 - i) * PAGE_SIZE);
    }
    assert_false(source.source.take(&source.source, &page));
}

static void a_page_is_visible_at_its_address(void **state)
{
    (void)state;
    init((uintptr_t)pages);
    assert_ptr_equal(source.source.view(&source.source, (uintptr_t)pages), pages);
}

/* The boot page tables do not map pages above 4 GiB, so take() fails although memory is free. */
static void no_page_above_4_gib_is_taken(void **state)
{
    uint64_t page = 0;
    (void)state;
    init(UINT64_C(1) << 32);
    assert_false(source.source.take(&source.source, &page));
    assert_int_equal(range_set_total(&memory.free), PAGES * PAGE_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_zeroed_and_no_longer_free),
        cmocka_unit_test(a_page_is_visible_at_its_address),
        cmocka_unit_test(no_page_above_4_gib_is_taken),
    };
    return cmocka_run_group_tests_name("memory_source", tests, set_up, tear_down);
}
