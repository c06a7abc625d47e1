/* Boot information that is cut off, damaged or made to mislead: refused, or read without leaving
 * it. It stands in allocations of its exact size, so that AddressSanitizer sees every byte read
 * beyond. */
#include <stdlib.h>
#include <string.h>

#include "boot/multiboot2.h"
#include "lib/bits.h"
#include "tests/unit/info_builder.h"
#include "tests/unit/random.h"
#include "tests/unit/unit.h"

enum { ROUNDS = 5000 };

static struct info_builder info;
static struct boot_info out;

/* Every kind of tag that is read, and one that is not. */
static void build_all(void)
{
    info_begin(&info);
    info_text_tag(&info, 1, "guest=hlt");
    info_text_tag(&info, 2, "GRUB 2.06");
    info_module(&info, 0x100000, 0x180000, "guest.bin");
    info_zeros_tag(&info, 4, 8);
    info_memory(&info, 24, 3);
    info_zeros_tag(&info, 11, 4);
    info_zeros_tag(&info, 12, 8);
    info_zeros_tag(&info, 14, 20);
    info_zeros_tag(&info, 15, 36);
    info_zeros_tag(&info, 17, 8);
    info_zeros_tag(&info, 19, 4);
    info_zeros_tag(&info, 20, 8);
    info_end(&info);
}

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

/* What is wrong with the first `size` bytes, where the total size says so, too: a tag whose header
 * is inside ends outside, or there is no end tag. */
static enum multiboot2_status expected_of_part(size_t size)
{
    if (size < 16) {
        return MULTIBOOT2_SIZE;
    }
    for (size_t i = 0; i < info.tag_count; i++) {
        size_t start = info.tag[i];

        if (size >= start + 8 && size < start + word_at(start + 4)) {
            return MULTIBOOT2_TAG;
        }
    }
    return MULTIBOOT2_NO_END;
}

static void refuses_every_part_of_it(void **state)
{
    (void)state;
    build_all();
    assert_parses(MULTIBOOT2_OK);
    for (size_t size = 0; size < info.size; size++) {
        info_patch(&info, 0, (uint32_t)size);
        assert_int_equal(info_parse_part(&info, size, size, &out), expected_of_part(size));
        /* The same where more could be read: the total size counts. */
        assert_int_equal(info_parse_part(&info, size < 4 ? 4 : size, INFO_MAX, &out),
                         expected_of_part(size));
    }
}

static void refuses_more_than_the_limit(void **state)
{
    (void)state;
    build_all();
    for (size_t limit = 0; limit < info.size; limit++) {
        assert_int_equal(info_parse_part(&info, limit, limit, &out), MULTIBOOT2_SIZE);
    }
    info_patch(&info, 0, UINT32_MAX);
    assert_parses(MULTIBOOT2_SIZE);
}

static void refuses_what_is_not_aligned(void **state)
{
    (void)state;
    build_all();
    for (size_t shift = 0; shift < 8; shift++) {
        unsigned char *space = malloc(shift + info.size);

        assert_non_null(space);
        memcpy(space + shift, info.at, info.size);
        assert_int_equal(multiboot2_parse(space + shift, info.size, &out),
                         shift == 0 ? MULTIBOOT2_OK : MULTIBOOT2_UNALIGNED);
        free(space);
    }
}

/* Each tag in turn, the end tag and the skipped one among them, has an impossible size. */
static void refuses_impossible_sizes(void **state)
{
    static const uint32_t sizes[] = {0,          1,          7,          0x7fffffff, 0x80000000,
                                     0xfffffff0, 0xfffffff8, 0xfffffff9, 0xffffffff};

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        build_all();
        for (size_t tag = 0; tag < info.tag_count; tag++) {
            uint32_t size = word_at(info.tag[tag] + 4);

            info_patch(&info, info.tag[tag] + 4, sizes[i]);
            assert_parses(MULTIBOOT2_TAG);
            info_patch(&info, info.tag[tag] + 4, size);
        }
        assert_parses(MULTIBOOT2_OK);
    }
}

/* One byte more than there is: the last tag of an information without an end. */
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
    /* By the specification: what a tag of the type has after its header, at least. */
    static const struct {
        uint32_t type;
        size_t least;
    } kinds[] = {{1, 1},   {2, 1},   {3, 9},  {11, 4}, {12, 8},
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
    for (size_t payload = 0; payload < 8; payload++) {
        info_begin(&info);
        info_zeros_tag(&info, 6, payload);
        info_end(&info);
        assert_parses(MULTIBOOT2_TAG);
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
    info_u64(&info, 0); /* zeros before the text do not end it */
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
}

/* What was read, if anything, is inside. */
static void check_inside(size_t size)
{
    const char *start = (const char *)info_allocation;
    const char *texts[2 + BOOT_MODULES_MAX] = {out.command_line, out.loader};

    assert_in_range(out.memory_count, 1, BOOT_MEMORY_MAX);
    assert_in_range(out.module_count, 0, BOOT_MODULES_MAX);
    for (size_t i = 0; i < out.module_count; i++) {
        assert_true(out.module[i].start <= out.module[i].end);
        texts[2 + i] = out.module[i].command_line;
    }
    for (size_t i = 0; i < 2 + out.module_count; i++) {
        if (strcmp(texts[i], "") != 0 && strcmp(texts[i], "unknown") != 0) {
            assert_true(texts[i] >= start + 16 && texts[i] + strlen(texts[i]) < start + size);
        }
    }
    if (out.rsdp != NULL) {
        assert_true((const char *)out.rsdp >= start + 16);
        assert_true((const char *)out.rsdp + out.rsdp_size <= start + size);
    }
}

static void check_random(size_t size)
{
    enum multiboot2_status status = info_parse_part(&info, size, size, &out);

    assert_in_range(status, MULTIBOOT2_OK, MULTIBOOT2_TOO_MANY);
    if (status == MULTIBOOT2_OK) {
        check_inside(size);
    }
}

static void survives_random_bytes(void **state)
{
    struct random random = {.state = 1};

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        size_t size = random_below(&random, 300);

        for (size_t i = 0; i < size; i++) {
            info.at[i] = (unsigned char)random_next(&random);
        }
        check_random(size);
        info_patch(&info, 0, (uint32_t)size);
        check_random(size);
    }
}

/* Headers of random tags that could be right, with random bytes in between. */
static void survives_random_tags(void **state)
{
    struct random random = {.state = 2};

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        info_begin(&info);
        for (uint64_t tags = random_below(&random, 12); tags > 0; tags--) {
            info_tag(&info, (uint32_t)random_below(&random, 22));
            for (uint64_t i = random_below(&random, 60); i > 0; i--) {
                /* Small numbers, that sizes and ends of texts may be among them. */
                info_bytes(&info, &(unsigned char){random_next(&random) % 26}, 1);
            }
            info_tag_end(&info);
        }
        info_end(&info);
        check_random(info.size);
    }
}

static void survives_random_damage(void **state)
{
    struct random random = {.state = 3};

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        build_all();
        for (uint64_t changes = 1 + random_below(&random, 6); changes > 0; changes--) {
            info.at[4 + random_below(&random, info.size - 4)] = (unsigned char)random_next(&random);
        }
        check_random(info.size);
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
        cmocka_unit_test(refuses_text_without_end),
        cmocka_unit_test(refuses_a_module_that_ends_before_its_start),
        cmocka_unit_test(refuses_wrong_sizes_of_memory_entries),
        cmocka_unit_test(survives_random_bytes),
        cmocka_unit_test(survives_random_tags),
        cmocka_unit_test(survives_random_damage),
    };

    return cmocka_run_group_tests_name("multiboot2, hostile", tests, NULL, info_free);
}
