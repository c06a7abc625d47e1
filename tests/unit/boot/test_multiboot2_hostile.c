/* Tests the parser with truncated, damaged and hostile boot information. It must reject the
 * information or stay inside it. The information is in allocations of its exact size, so that
 * AddressSanitizer detects every overread. Random information is in test_multiboot2_random.c. */
#include <stdlib.h>
#include <string.h>

#include "boot/multiboot2.h"
#include "lib/bits.h"
#include "tests/unit/boot/info_builder.h"
#include "tests/unit/unit.h"

static struct info_builder info;
static struct boot_info out;

static void assert_parses(enum multiboot2_status expected)
{
    assert_int_equal(info_parse(&info, &out), expected);
}

static uint32_t word_at(size_t offset)
{
    uint32_t word;

    memcpy(&word, info.at + offset, sizeof(word));
    return word;
}

/* Returns the expected error for the first `size` bytes if the total size is also `size`: a tag
 * whose header is inside ends outside, or there is no end tag. */
static enum multiboot2_status expected_of_part(size_t size)
{
    if (size < 16)
        return MULTIBOOT2_SIZE;
    for (size_t i = 0; i < info.tag_count; i++) {
        size_t start = info.tag[i];

        if (size >= start + 8 && size < start + word_at(start + 4))
            return MULTIBOOT2_TAG;
    }
    return MULTIBOOT2_NO_END;
}

static void refuses_every_part_of_it(void **state)
{
    (void)state;
    info_build_all(&info);
    assert_parses(MULTIBOOT2_OK);
    for (size_t size = 0; size < info.size; size++) {
        info_patch(&info, 0, (uint32_t)size);
        assert_int_equal(info_parse_part(&info, size, size, &out), expected_of_part(size));
        /* The same result with more readable bytes: the total size counts. */
        assert_int_equal(info_parse_part(&info, size < 4 ? 4 : size, INFO_MAX, &out),
                         expected_of_part(size));
    }
}

static void refuses_more_than_the_limit(void **state)
{
    (void)state;
    info_build_all(&info);
    for (size_t limit = 0; limit < info.size; limit++)
        assert_int_equal(info_parse_part(&info, limit, limit, &out), MULTIBOOT2_SIZE);
    info_patch(&info, 0, UINT32_MAX);
    assert_parses(MULTIBOOT2_SIZE);
}

static void refuses_what_is_not_aligned(void **state)
{
    (void)state;
    info_build_all(&info);
    for (size_t shift = 0; shift < 8; shift++) {
        unsigned char *space = malloc(shift + info.size);

        assert_non_null(space);
        memcpy(space + shift, info.at, info.size);
        assert_int_equal(multiboot2_parse(space + shift, info.size, &out),
                         shift == 0 ? MULTIBOOT2_OK : MULTIBOOT2_UNALIGNED);
        free(space);
    }
}

/* Gives each tag in turn an impossible size, including the end tag and the skipped tag. */
static void refuses_impossible_sizes(void **state)
{
    static const uint32_t sizes[] = {0,          1,          7,          0x7fffffff, 0x80000000,
                                     0xfffffff0, 0xfffffff8, 0xfffffff9, 0xffffffff};

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        info_build_all(&info);
        for (size_t tag = 0; tag < info.tag_count; tag++) {
            uint32_t size = word_at(info.tag[tag] + 4);

            info_patch(&info, info.tag[tag] + 4, sizes[i]);
            assert_parses(MULTIBOOT2_TAG);
            info_patch(&info, info.tag[tag] + 4, size);
        }
        assert_parses(MULTIBOOT2_OK);
    }
}

/* The last tag is one byte longer than the information, which has no end tag. */
static void refuses_a_tag_that_ends_one_byte_outside(void **state)
{
    (void)state;
    for (size_t payload = 0; payload < 16; payload++) {
        info_begin(&info);
        info_memory(&info, 24, 1);
        info_zeros_tag(&info, 1000, payload);
        info_patch(&info, 0, (uint32_t)info.size);
        assert_parses(MULTIBOOT2_NO_END);
        info_patch(&info, info.tag[1] + 4, (uint32_t)(8 + payload + 1));
        assert_parses(MULTIBOOT2_TAG);
    }
}

static void refuses_tags_shorter_than_their_type(void **state)
{
    /* The minimum size of the contents of each type of tag, according to the specification. */
    static const struct {
        uint32_t type;
        size_t least;
    } kinds[] = {{1, 1},   {2, 1},   {3, 9},  {8, 24}, {11, 4}, {12, 8},
                 {14, 20}, {15, 36}, {17, 8}, {19, 4}, {20, 8}};

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        for (size_t payload = 0; payload <= kinds[i].least; payload++) {
            info_begin(&info);
            info_memory(&info, 24, 1);
            info_zeros_tag(&info, kinds[i].type, payload);
            info_end(&info);
            assert_parses(payload < kinds[i].least ? MULTIBOOT2_TAG : MULTIBOOT2_OK);
        }
    }
}

/* The same with nothing after the tag, so that the missing contents would lie outside the
 * information. */
static void reads_nothing_that_a_short_tag_does_not_have(void **state)
{
    static const uint32_t types[] = {3, 6, 14, 15};

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
        /* All four types require at least 8 bytes after the header. */
        for (size_t payload = 0; payload < 8; payload++) {
            info_begin(&info);
            info_zeros_tag(&info, types[i], payload);
            info_patch(&info, 0, (uint32_t)info.size);
            assert_parses(MULTIBOOT2_TAG);
        }
    }
}

/* The UEFI map is the only memory map. */
static void refuses_a_map_of_uefi_with_wrong_sizes(void **state)
{
    static const uint32_t types[] = {7, 7};

    (void)state;
    for (uint32_t entry_size = 0; entry_size < 100; entry_size++) {
        info_begin(&info);
        info_efi_memory(&info, 48, types, 2);
        info_end(&info);
        info_patch(&info, info.tag[0] + 8, entry_size);
        assert_parses(entry_size == 48 || entry_size == 96 ? MULTIBOOT2_OK : MULTIBOOT2_TAG);
    }
}

static void has_room_for_so_many_of_uefi(void **state)
{
    static uint32_t types[BOOT_MEMORY_MAX + 1];

    (void)state;
    for (unsigned more = 0; more < 2; more++) {
        info_begin(&info);
        info_efi_memory(&info, 40, types, BOOT_MEMORY_MAX + more);
        info_end(&info);
        assert_parses(more ? MULTIBOOT2_TOO_MANY : MULTIBOOT2_OK);
    }
}

static void refuses_text_without_end(void **state)
{
    static const uint32_t types[] = {1, 2};

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
        for (size_t length = 1; length < 10; length++) {
            info_begin(&info);
            info_memory(&info, 24, 1);
            info_tag(&info, types[i]);
            info_bytes(&info, "xxxxxxxxxx", length);
            info_tag_end(&info);
            info_end(&info);
            assert_parses(MULTIBOOT2_TAG);
        }
    }
    info_begin(&info);
    info_memory(&info, 24, 1);
    info_tag(&info, 3);
    info_u64(&info, 0); /* zeros before the text must not end it */
    info_bytes(&info, "x", 1);
    info_tag_end(&info);
    info_end(&info);
    assert_parses(MULTIBOOT2_TAG);
}

static void refuses_a_module_that_ends_before_its_start(void **state)
{
    (void)state;
    info_begin(&info);
    info_memory(&info, 24, 1);
    info_module(&info, 0x1000, 0x0fff, "m");
    info_end(&info);
    assert_parses(MULTIBOOT2_TAG);
}

static void refuses_wrong_sizes_of_memory_entries(void **state)
{
    static const uint32_t sizes[] = {0, 1, 8, 20, 23, 25, 47, 73, 0x80000000, 0xffffffff};

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        info_begin(&info);
        info_memory(&info, 24, 3);
        info_end(&info);
        info_patch(&info, info.tag[0] + 8, sizes[i]);
        assert_parses(MULTIBOOT2_TAG);
    }
    /* The entry size is too small, although the tag holds a whole number of entries. */
    for (uint32_t size = 1; size <= 24; size++) {
        info_begin(&info);
        info_zeros_tag(&info, 6, 8 + 2 * size);
        info_end(&info);
        info_patch(&info, info.tag[0] + 8, size);
        assert_parses(size < 24 ? MULTIBOOT2_TAG : MULTIBOOT2_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_every_part_of_it),
        cmocka_unit_test(refuses_more_than_the_limit),
        cmocka_unit_test(refuses_what_is_not_aligned),
        cmocka_unit_test(refuses_impossible_sizes),
        cmocka_unit_test(refuses_a_tag_that_ends_one_byte_outside),
        cmocka_unit_test(refuses_tags_shorter_than_their_type),
        cmocka_unit_test(reads_nothing_that_a_short_tag_does_not_have),
        cmocka_unit_test(refuses_a_map_of_uefi_with_wrong_sizes),
        cmocka_unit_test(has_room_for_so_many_of_uefi),
        cmocka_unit_test(refuses_text_without_end),
        cmocka_unit_test(refuses_a_module_that_ends_before_its_start),
        cmocka_unit_test(refuses_wrong_sizes_of_memory_entries),
    };

    return cmocka_run_group_tests_name("multiboot2, hostile", tests, NULL, info_free);
}
