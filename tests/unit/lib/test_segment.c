/* Tests decoding of descriptors. SDM Vol 3A §3.4.5 "Segment Descriptors", §7.2.3 "TSS Descriptor in
 * 64-bit mode", Vol 3C Table 24-2 "Format of Access Rights". */
#include "lib/segment.h"

#include <stdlib.h>
#include <string.h>

#include "lib/bits.h"
#include "tests/unit/unit.h"

/* The table is an allocation of its exact size, so that an overread is caught. */
static uint8_t *table;
static uint16_t table_limit;

static void make_table(const uint64_t *descriptors, size_t count, size_t bytes)
{
    assert_in_range(bytes, 1, count * 8);
    table = malloc(bytes);
    assert_non_null(table);
    memcpy(table, descriptors, bytes);
    table_limit = (uint16_t)(bytes - 1);
}

static int free_table(void **state)
{
    (void)state;
    free(table);
    table = NULL;
    return 0;
}

static struct segment split(uint16_t selector)
{
    struct segment segment;
    memset(&segment, 0xa5, sizeof segment);
    assert_true(segment_split(table, table_limit, selector, &segment));
    assert_int_equal(segment.selector, selector);
    return segment;
}

static bool refuses(uint16_t selector)
{
    struct segment segment;
    return !segment_split(table, table_limit, selector, &segment);
}

/* Selectors 0 to 3 refer to no descriptor, whatever the first one is, even if there is no table. */
static void null_selectors_are_unusable(void **state)
{
    static const uint64_t gdt[] = {UINT64_MAX};
    (void)state;
    make_table(gdt, 1, 8);
    for (uint16_t selector = 0; selector < 4; selector++) {
        struct segment segment = split(selector);
        assert_int_equal(segment.access_rights, 0x10000);
        assert_int_equal(segment.base, 0);
        assert_int_equal(segment.limit, 0);
    }
    for (uint16_t selector = 0; selector < 4; selector++) {
        struct segment segment;
        assert_true(segment_split(NULL, 0, selector, &segment));
        assert_int_equal(segment.access_rights, 0x10000);
    }
}

/* In an LDT, index 0 is an ordinary descriptor: selectors 4 to 7 are not null. */
static void the_first_of_an_ldt_is_no_null_selector(void **state)
{
    static const uint64_t ldt[] = {UINT64_C(0x0040920000000fff), UINT64_C(0x00409a0000001fff)};
    (void)state;
    make_table(ldt, 2, 16);
    for (uint16_t selector = 4; selector < 8; selector++) {
        struct segment segment = split(selector);
        assert_int_equal(segment.access_rights, 0x4092);
        assert_int_equal(segment.limit, 0xfff);
    }
    assert_int_equal(split(12).access_rights, 0x409a);
    assert_int_equal(split(15).limit, 0x1fff);
    assert_true(refuses(0x14));
}

/* Each part has different digits, so that the test detects a mix-up. */
static void byte_granular_segments(void **state)
{
    static const uint64_t gdt[] = {0, UINT64_C(0xab4392cdef12789a)};
    struct segment segment;
    (void)state;
    make_table(gdt, 2, 16);
    segment = split(8);
    assert_int_equal(segment.base, 0xabcdef12);
    assert_int_equal(segment.limit, 0x3789a);
    assert_int_equal(segment.access_rights, 0x4092);
    assert_int_equal(split(11).base, 0xabcdef12);
}

static void page_granular_segments(void **state)
{
    static const uint64_t gdt[] = {
        0, UINT64_C(0xabf392cdef12789a), /* G, D/B, L and AVL */
        UINT64_C(0x00af9b000000ffff),    /* flat 64-bit code */
        UINT64_C(0x00c0930000000000),    /* one page of data */
    };
    struct segment segment;
    (void)state;
    make_table(gdt, 4, 32);
    segment = split(0x08);
    assert_int_equal(segment.base, 0xabcdef12);
    assert_int_equal(segment.limit, 0x3789afff);
    assert_int_equal(segment.access_rights, 0xf092);
    segment = split(0x10);
    assert_int_equal(segment.base, 0);
    assert_int_equal(segment.limit, 0xffffffff);
    assert_int_equal(segment.access_rights, 0xa09b);
    segment = split(0x18);
    assert_int_equal(segment.limit, 0xfff);
    assert_int_equal(segment.access_rights, 0xc093);
}

/* For an expand-down segment, the limit is its lowest offset minus 1; it is decoded as usual. */
static void expand_down_segments(void **state)
{
    static const uint64_t gdt[] = {0, UINT64_C(0x0040f61234560fff), UINT64_C(0x00c0f70000000003)};
    struct segment segment;
    (void)state;
    make_table(gdt, 3, 24);
    segment = split(0x0b);
    assert_int_equal(segment.base, 0x123456);
    assert_int_equal(segment.limit, 0xfff);
    assert_int_equal(segment.access_rights, 0x40f6);
    segment = split(0x13);
    assert_int_equal(segment.limit, 0x3fff);
    assert_int_equal(segment.access_rights, 0xc0f7);
}

static void a_segment_that_is_not_present_is_not_unusable(void **state)
{
    static const uint64_t gdt[] = {0, UINT64_C(0x0040120000000fff)};
    (void)state;
    make_table(gdt, 2, 16);
    assert_int_equal(split(8).access_rights, 0x4012);
}

/* The second half holds bits 63:32 of the base; its upper bits are not part of the base. */
static void system_descriptors_have_16_bytes(void **state)
{
    static const uint64_t gdt[] = {
        0,
        UINT64_C(0x9a008b5678120067), /* busy 64-bit TSS */
        UINT64_C(0x00000000fffff123),
        UINT64_C(0x00c0820000000001), /* LDT with G=1 */
        UINT64_C(0xffffffff00000000),
    };
    struct segment segment;
    (void)state;
    make_table(gdt, 5, 40);
    segment = split(0x08);
    assert_int_equal(segment.base, UINT64_C(0xfffff1239a567812));
    assert_int_equal(segment.limit, 103);
    assert_int_equal(segment.access_rights, 0x8b);
    segment = split(0x18);
    assert_int_equal(segment.base, 0);
    assert_int_equal(segment.limit, 0x1fff);
    assert_int_equal(segment.access_rights, 0xc082);
}

/* The 8 bytes after a code or data descriptor belong to another descriptor. */
static void the_next_descriptor_is_no_part_of_it(void **state)
{
    static const uint64_t gdt[] = {0, UINT64_C(0x00cf93000000ffff), UINT64_MAX};
    (void)state;
    make_table(gdt, 3, 24);
    assert_int_equal(split(8).base, 0);
}

static void a_descriptor_is_all_in_the_table_or_not_at_all(void **state)
{
    static const uint64_t gdt[] = {0, UINT64_C(0x00cf93000000ffff), UINT64_C(0x00008b0000000067),
                                   0};
    (void)state;
    make_table(gdt, 4, 16); /* data ends with the table */
    assert_int_equal(split(0x08).access_rights, 0xc093);
    assert_int_equal(split(0x0b).access_rights, 0xc093);
    assert_true(refuses(0x10));
    assert_true(refuses(0x18));
    assert_true(refuses(0xfff8));
    assert_true(refuses(0xffff));
    (void)free_table(state);

    make_table(gdt, 4, 15); /* one byte of data is missing */
    assert_true(refuses(0x08));
    (void)free_table(state);

    make_table(gdt, 4, 32); /* the TSS ends with the table */
    assert_int_equal(split(0x10).access_rights, 0x8b);
    (void)free_table(state);

    make_table(gdt, 4, 31); /* one byte of the TSS is missing */
    assert_true(refuses(0x10));
    (void)free_table(state);

    make_table(gdt, 4, 24); /* half of the TSS is missing */
    assert_true(refuses(0x10));
    (void)free_table(state);

    make_table(gdt, 4, 1);
    assert_true(refuses(0x08));
}

/* Tests the last selector of the largest table. */
static void the_largest_table(void **state)
{
    static uint64_t gdt[8192];
    (void)state;
    gdt[8191] = UINT64_C(0x00cf93000000ffff);
    make_table(gdt, 8192, sizeof gdt);
    assert_int_equal(table_limit, 0xffff);
    assert_int_equal(split(0xffff).access_rights, 0xc093);
    (void)free_table(state);
    gdt[8191] = UINT64_C(0x00008b0000000067); /* needs 8 bytes beyond the table */
    make_table(gdt, 8192, sizeof gdt);
    assert_true(refuses(0xfff8));
}

/* The DPL is bits 6:5. */
static void the_dpl_is_part_of_the_access_rights(void **state)
{
    (void)state;
    assert_int_equal(segment_dpl(&(struct segment){.access_rights = 0x0}), 0);
    assert_int_equal(segment_dpl(&(struct segment){.access_rights = 0x20}), 1);
    assert_int_equal(segment_dpl(&(struct segment){.access_rights = 0x40}), 2);
    assert_int_equal(segment_dpl(&(struct segment){.access_rights = 0x60}), 3);
    assert_int_equal(segment_dpl(&(struct segment){.access_rights = 0x1ff9f}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(null_selectors_are_unusable, free_table),
        cmocka_unit_test_teardown(the_first_of_an_ldt_is_no_null_selector, free_table),
        cmocka_unit_test_teardown(byte_granular_segments, free_table),
        cmocka_unit_test_teardown(page_granular_segments, free_table),
        cmocka_unit_test_teardown(expand_down_segments, free_table),
        cmocka_unit_test_teardown(a_segment_that_is_not_present_is_not_unusable, free_table),
        cmocka_unit_test_teardown(system_descriptors_have_16_bytes, free_table),
        cmocka_unit_test_teardown(the_next_descriptor_is_no_part_of_it, free_table),
        cmocka_unit_test_teardown(a_descriptor_is_all_in_the_table_or_not_at_all, free_table),
        cmocka_unit_test_teardown(the_largest_table, free_table),
        cmocka_unit_test(the_dpl_is_part_of_the_access_rights),
    };
    return cmocka_run_group_tests_name("segment", tests, NULL, NULL);
}
