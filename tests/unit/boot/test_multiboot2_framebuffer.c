/* Tests the framebuffer tag (Multiboot2 Specification 2.0, §3.6.12): valid framebuffers are used,
 * and implausible ones are ignored. */
#include "boot/multiboot2.h"

#include "lib/bits.h"
#include "tests/unit/boot/info_builder.h"
#include "tests/unit/unit.h"

enum { INDEXED, RGB, TEXT };

struct tag {
    uint64_t address;
    uint32_t pitch, width, height;
    uint8_t bits, type;
    uint8_t colours[6]; /* position and size of red, green, blue */
    size_t left_out;    /* number of bytes cut off at the end */
};

static const struct tag usual = {0xfd000000, 4096, 1024, 768, 32, RGB, {16, 8, 8, 8, 0, 8}, 0};

static struct info_builder info;
static struct boot_info out;

static void add(const struct tag *tag)
{
    info_tag(&info, 8);
    info_u64(&info, tag->address);
    info_u32(&info, tag->pitch);
    info_u32(&info, tag->width);
    info_u32(&info, tag->height);
    info_bytes(&info, (const uint8_t[]){tag->bits, tag->type, 0, 0}, 4);
    info_bytes(&info, tag->colours, sizeof tag->colours - tag->left_out);
    info_tag_end(&info);
}

static enum boot_framebuffer_kind kind_of(const struct tag *tag)
{
    info_begin(&info);
    info_memory(&info, 24, 1);
    add(tag);
    info_end(&info);
    assert_int_equal(info_parse(&info, &out), MULTIBOOT2_OK);
    return out.framebuffer.kind;
}

static void reads_pixels(void **state)
{
    (void)state;
    assert_int_equal(kind_of(&usual), BOOT_FRAMEBUFFER_RGB);
    assert_int_equal(out.framebuffer.address, 0xfd000000);
    assert_int_equal(out.framebuffer.pitch, 4096);
    assert_int_equal(out.framebuffer.width, 1024);
    assert_int_equal(out.framebuffer.height, 768);
    assert_int_equal(out.framebuffer.bits_per_pixel, 32);
    assert_int_equal(out.framebuffer.red.position, 16);
    assert_int_equal(out.framebuffer.green.position, 8);
    assert_int_equal(out.framebuffer.blue.size, 8);
}

/* For text, some loaders set the bits per pixel to 0, and there are no colours. */
static void reads_text(void **state)
{
    static const struct tag text = {0xb8000, 160, 80, 25, 0, TEXT, {0}, 6};
    (void)state;
    assert_int_equal(kind_of(&text), BOOT_FRAMEBUFFER_TEXT);
    assert_int_equal(out.framebuffer.address, 0xb8000);
    assert_int_equal(out.framebuffer.width, 80);
    assert_int_equal(out.framebuffer.height, 25);
    assert_int_equal(out.framebuffer.bits_per_pixel, 16);
}

static void is_none_without_a_tag(void **state)
{
    (void)state;
    info_begin(&info);
    info_memory(&info, 24, 1);
    info_end(&info);
    assert_int_equal(info_parse(&info, &out), MULTIBOOT2_OK);
    assert_int_equal(out.framebuffer.kind, BOOT_FRAMEBUFFER_NONE);
}

static void takes_what_is_just_right(void **state)
{
    static const struct tag rights[] = {
        {UINT64_C(0x4000000000), 4096, 1024, 768, 32, RGB, {0, 8, 8, 8, 16, 8}, 0},
        {0xfd000000, 4096, 1024, 768, 32, RGB, {20, 10, 10, 10, 0, 10}, 0},
        {0xfd000003, 3073, 1024, 768, 24, RGB, {16, 8, 8, 8, 0, 8}, 0},
        {0xfd000002, 2050, 1024, 768, 16, RGB, {11, 5, 5, 6, 0, 5}, 0},
        {0xfd000000, 2048, 1024, 768, 15, RGB, {10, 5, 5, 5, 0, 5}, 0},
        {UINT64_C(0xfffffffffd000), 4096, 1024, 3, 32, RGB, {16, 8, 8, 8, 0, 8}, 0}, /* up to 2^52
                                                                                      */
        {0xfd000000, 1 << 20, 1024, 1024, 32, RGB, {16, 8, 8, 8, 0, 8}, 0},          /* 1 GiB */
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(rights); i++)
        assert_int_equal(kind_of(&rights[i]), BOOT_FRAMEBUFFER_RGB);
}

static void is_none_where_it_cannot_be_right(void **state)
{
    static const struct tag wrongs[] = {
        {0, 4096, 1024, 768, 32, RGB, {16, 8, 8, 8, 0, 8}, 0},
        {0xfd000000, 4092, 1024, 768, 32, RGB, {16, 8, 8, 8, 0, 8}, 0}, /* rows overlap */
        {0xfd000000, 4096, 0, 768, 32, RGB, {16, 8, 8, 8, 0, 8}, 0},
        {0xfd000000, 4096, 1024, 0, 32, RGB, {16, 8, 8, 8, 0, 8}, 0},
        {0xfd000002, 4096, 1024, 768, 32, RGB, {16, 8, 8, 8, 0, 8}, 0}, /* unaligned */
        {0xfd000000, 4098, 1024, 768, 32, RGB, {16, 8, 8, 8, 0, 8}, 0},
        {0xfd000001, 2048, 1024, 768, 16, RGB, {11, 5, 5, 6, 0, 5}, 0},
        {UINT64_C(0xfffffffffd000), 4096, 1024, 4, 32, RGB, {16, 8, 8, 8, 0, 8}, 0}, /* beyond 2^52
                                                                                      */
        {UINT64_C(0xfffffffffffffff0), 4096, 1024, 768, 32, RGB, {16, 8, 8, 8, 0, 8}, 0},
        {0xfd000000, 1 << 20, 1024, 1025, 32, RGB, {16, 8, 8, 8, 0, 8}, 0}, /* beyond 1 GiB */
        {0xfd000000, UINT32_MAX, UINT32_MAX, UINT32_MAX, 32, RGB, {16, 8, 8, 8, 0, 8}, 0},
        {0xfd000000, 4096, 1024, 768, 32, RGB, {16, 0, 8, 8, 0, 8}, 0}, /* no red */
        {0xfd000000, 4096, 1024, 768, 32, RGB, {16, 8, 8, 17, 0, 8}, 0},
        {0xfd000000, 4096, 1024, 768, 32, RGB, {16, 8, 8, 8, 25, 8}, 0}, /* blue outside */
        {0xfd000000, 4096, 1024, 768, 32, RGB, {16, 8, 8, 8, 255, 8}, 0},
        {0xfd000000, 4096, 1024, 768, 32, RGB, {16, 8, 8, 8, 0, 8}, 1}, /* colours truncated */
        {0xfd000000, 4096, 1024, 768, 8, RGB, {5, 3, 2, 3, 0, 2}, 0},
        {0xfd000000, 8192, 1024, 768, 64, RGB, {16, 8, 8, 8, 0, 8}, 0},
        {0xfd000000, 4096, 1024, 768, 8, INDEXED, {0}, 0},
        {0xfd000000, 4096, 1024, 768, 32, 3, {16, 8, 8, 8, 0, 8}, 0},
        {0xb8000, 158, 80, 25, 16, TEXT, {0}, 6},
        {0xb8001, 160, 80, 25, 16, TEXT, {0}, 6},
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(wrongs); i++)
        assert_int_equal(kind_of(&wrongs[i]), BOOT_FRAMEBUFFER_NONE);
}

static void the_first_of_two_counts(void **state)
{
    static const struct tag other = {0xb8000, 160, 80, 25, 16, TEXT, {0}, 6};
    struct tag wrong = usual;
    (void)state;
    info_begin(&info);
    info_memory(&info, 24, 1);
    add(&usual);
    add(&other);
    info_end(&info);
    assert_int_equal(info_parse(&info, &out), MULTIBOOT2_OK);
    assert_int_equal(out.framebuffer.kind, BOOT_FRAMEBUFFER_RGB);
    wrong.address = 0;
    info_begin(&info);
    info_memory(&info, 24, 1);
    add(&wrong);
    add(&other);
    info_end(&info);
    assert_int_equal(info_parse(&info, &out), MULTIBOOT2_OK);
    assert_int_equal(out.framebuffer.kind, BOOT_FRAMEBUFFER_NONE);
}

/* The product of two words of 32 bits has 64. */
static void its_size_is_that_of_its_rows(void **state)
{
    (void)state;
    assert_true(boot_framebuffer_size(&(struct boot_framebuffer){
                    .pitch = 4096, .width = 1000, .height = 768}) == 3145728);
    assert_true(boot_framebuffer_size(&(struct boot_framebuffer){
                    .pitch = 0x80000000, .width = 1, .height = 6}) == 0x300000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_pixels),
        cmocka_unit_test(reads_text),
        cmocka_unit_test(is_none_without_a_tag),
        cmocka_unit_test(takes_what_is_just_right),
        cmocka_unit_test(is_none_where_it_cannot_be_right),
        cmocka_unit_test(the_first_of_two_counts),
        cmocka_unit_test(its_size_is_that_of_its_rows),
    };
    return cmocka_run_group_tests_name("multiboot2_framebuffer", tests, NULL, info_free);
}
