/* Tests random mutations: they change only existing fields, they reach all of them, and their words
 * rebuild the mutated image. */
#include "tests/unit/unit.h"

#include <string.h>

#include "tests/unit/vmx/audit/base.h"
#include "vmx/fuzz/mutate.h"
#include "vmx/override.h"

enum { MUTATIONS = 20000 };

static struct vmx_caps caps;
static struct vmcs_image base, image;

static int set_up(void **state)
{
    (void)state;
    caps = audit_base_caps();
    base = audit_base_image(&caps);
    audit_base_complete(&base, &caps);
    return 0;
}

static void mutate_base(uint64_t seed)
{
    struct random random = {seed};
    const struct mutation_source source = {&caps, &random};
    image = base;
    mutate(&image, &source);
}

/* Other implementations of SplitMix64 give the same numbers. */
static void the_stream_is_splitmix64(void **state)
{
    static const uint64_t expected[] = {
        UINT64_C(6457827717110365317),  UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423),  UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821),
    };
    struct random random = {1234567};
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(expected); i++)
        assert_true(random_next(&random) == expected[i]);
}

static void the_seed_decides_the_mutations(void **state)
{
    struct vmcs_image first;
    (void)state;
    mutate_base(1);
    first = image;
    mutate_base(1);
    assert_memory_equal(&image, &first, sizeof image);
    mutate_base(2);
    assert_memory_not_equal(&image, &first, sizeof image);
}

static unsigned width(unsigned index)
{
    static const unsigned widths[] = {
        [FIELD_16_BITS] = 16, [FIELD_64_BITS] = 64, [FIELD_32_BITS] = 32, [FIELD_NATURAL] = 64};
    return widths[field_width(field_at(index))];
}

/* Changes at most two existing fields, three times. */
static void a_few_known_fields_change(void **state)
{
    (void)state;
    base.known[FIELD_EPT_POINTER] = base.known[FIELD_HOST_IA32_EFER] = false;
    for (unsigned seed = 0; seed < MUTATIONS; seed++) {
        unsigned changed = 0;
        mutate_base(seed);
        for (unsigned i = 0; i < FIELD_COUNT; i++) {
            if (image.value[i] == base.value[i])
                continue;
            changed++;
            assert_true(base.known[i]);
            assert_true(width(i) == 64 || image.value[i] >> width(i) == 0);
        }
        assert_in_range(changed, 0, 6);
        assert_memory_equal(image.known, base.known, sizeof base.known);
    }
}

static void every_field_and_control_changes(void **state)
{
    static bool field_changed[FIELD_COUNT], control_changed[CONTROL_COUNT];
    (void)state;
    for (unsigned seed = 0; seed < MUTATIONS; seed++) {
        mutate_base(seed);
        for (unsigned i = 0; i < FIELD_COUNT; i++)
            field_changed[i] |= image.value[i] != base.value[i];
        for (unsigned i = 0; i < CONTROL_COUNT; i++)
            control_changed[i] |= image_control(&image, i) != image_control(&base, i);
    }
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        assert_int_equal(field_changed[i], base.known[i]);
    for (unsigned i = 0; i < CONTROL_COUNT; i++)
        assert_true(control_changed[i]);
}

/* Mutations include the first invalid address of the processor's physical and linear width. */
static void boundaries_are_the_processors(void **state)
{
    static const unsigned widths[][2] = {{36, 48}, {46, 57}};
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(widths); i++) {
        bool physical = false, linear = false;
        caps.physical_bits = widths[i][0];
        caps.linear_bits = widths[i][1];
        for (unsigned seed = 0; seed < MUTATIONS; seed++) {
            mutate_base(seed);
            physical |= image.value[FIELD_GUEST_CR3] == UINT64_C(1) << widths[i][0];
            linear |= image.value[FIELD_GUEST_RIP] == UINT64_C(1) << (widths[i][1] - 1);
        }
        assert_true(physical && linear);
    }
}

/* Prints the words and rebuilds the image from them. */
static void assert_words_rebuild_the_image(void)
{
    char text[1024], said[256];
    struct out_buffer words, why;
    struct vmcs_image again = base;
    out_buffer_init(&words, text, sizeof text);
    out_buffer_init(&why, said, sizeof said);
    mutate_print(&image, &base, &words.out);
    if (!override_apply_all(text_of(text), &again, &why.out))
        fail_msg("%s: rejected: %s", text, said);
    assert_memory_equal(&again, &image, sizeof image);
}

static void words_rebuild_the_image(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < MUTATIONS; seed++) {
        mutate_base(seed);
        assert_words_rebuild_the_image();
    }
}

static void words_of_changes_beyond_mutations(void **state)
{
    char text[256];
    struct out_buffer words;
    (void)state;
    image = base;
    out_buffer_init(&words, text, sizeof text);
    mutate_print(&image, &base, &words.out);
    assert_string_equal(text, "");

    image.after_mov_ss = true;
    image.memory[image.memory_count++] = (struct memory_word){0x4000, 0x123};
    image.memory[image.memory_count++] = (struct memory_word){0x4008, UINT64_MAX};
    image_set(&image, GUEST_RFLAGS, 0);
    out_buffer_init(&words, text, sizeof text);
    mutate_print(&image, &base, &words.out);
    assert_string_equal(text, "entry.AFTER_MOV_SS=1 memory.0x4000=0x123 "
                              "memory.0x4008=0xffffffffffffffff vmcs.GUEST_RFLAGS=0x0");
    assert_words_rebuild_the_image();
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stream_is_splitmix64),
        TEST(the_seed_decides_the_mutations),
        TEST(a_few_known_fields_change),
        TEST(every_field_and_control_changes),
        TEST(boundaries_are_the_processors),
        TEST(words_rebuild_the_image),
        TEST(words_of_changes_beyond_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
