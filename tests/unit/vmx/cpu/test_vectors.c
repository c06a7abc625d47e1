/* Tests sets of interrupt vectors. */
#include "vmx/cpu/vectors.h"

#include "tests/unit/unit.h"

static void the_highest_comes_first(void **state)
{
    static const uint8_t added[] = {0x20, 0x00, 0xff, 0x40, 0x3f, 0x80};
    static const int order[] = {0xff, 0x80, 0x40, 0x3f, 0x20, 0x00, -1};
    struct vectors set = {{0}};
    (void)state;
    assert_int_equal(vectors_highest(&set), -1);
    for (unsigned i = 0; i < sizeof added; i++)
        vectors_add(&set, added[i]);
    for (unsigned i = 0; i <= sizeof added; i++) {
        const int highest = vectors_highest(&set);
        assert_int_equal(highest, order[i]);
        if (highest >= 0)
            vectors_remove(&set, (uint8_t)highest);
    }
}

/* A vector that is added twice is still one interrupt. */
static void it_is_a_set(void **state)
{
    struct vectors set = {{0}};
    (void)state;
    vectors_add(&set, 0x31);
    vectors_add(&set, 0x31);
    vectors_remove(&set, 0x31);
    assert_int_equal(vectors_highest(&set), -1);
    for (int vector = 0; vector < 256; vector++) {
        vectors_add(&set, (uint8_t)vector);
        assert_int_equal(vectors_highest(&set), vector);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_highest_comes_first),
        cmocka_unit_test(it_is_a_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
