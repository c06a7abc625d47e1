/* Tests the cache of CPUID answers. */
#include "vmx/cpu/cpuid_cache.h"

#include "lib/bits.h"
#include "tests/unit/unit.h"

static struct cpuid_cache cache;

static int forget(void **state)
{
    (void)state;
    cpuid_cache_forget(&cache);
    return 0;
}

static struct cpuid answer(uint32_t n)
{
    return (struct cpuid){n, n + 1, n + 2, n + 3};
}

static void assert_kept(uint32_t leaf, uint32_t subleaf, uint32_t n)
{
    const struct cpuid *found = cpuid_cache_find(&cache, leaf, subleaf);
    assert_non_null(found);
    assert_int_equal(found->eax, n);
    assert_int_equal(found->ebx, n + 1);
    assert_int_equal(found->ecx, n + 2);
    assert_int_equal(found->edx, n + 3);
}

static void nothing_is_there_at_first(void **state)
{
    (void)state;
    for (uint32_t leaf = 0; leaf < 100; leaf++)
        assert_null(cpuid_cache_find(&cache, leaf, 0));
    assert_null(cpuid_cache_find(&cache, UINT32_MAX, 0));
}

static void a_kept_answer_is_found(void **state)
{
    (void)state;
    cpuid_cache_keep(&cache, 7, 1, answer(5));
    assert_kept(7, 1, 5);
    assert_null(cpuid_cache_find(&cache, 7, 0));
    assert_null(cpuid_cache_find(&cache, 1, 7));
    assert_null(cpuid_cache_find(&cache, 0x80000007, 1));
    cpuid_cache_keep(&cache, 7, 1, answer(9));
    assert_kept(7, 1, 9);
}

static void a_forgotten_answer_is_not_found(void **state)
{
    (void)state;
    cpuid_cache_keep(&cache, 7, 1, answer(5));
    cpuid_cache_forget(&cache);
    assert_null(cpuid_cache_find(&cache, 7, 1));
}

/* An empty place holds a key of another place, so no leaf can be taken for an empty place. */
static void any_leaf_may_be_kept(void **state)
{
    static const uint32_t numbers[] = {0, 1, 2, 0x7fffffff, 0x80000000, UINT32_MAX};
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(numbers); i++) {
        for (unsigned j = 0; j < ARRAY_COUNT(numbers); j++) {
            cpuid_cache_forget(&cache);
            assert_null(cpuid_cache_find(&cache, numbers[i], numbers[j]));
            cpuid_cache_keep(&cache, numbers[i], numbers[j], answer(i));
            assert_kept(numbers[i], numbers[j], i);
        }
    }
}

/* Of two keys with the same place, the later one is found, and the earlier one is not. */
static void a_place_holds_one_answer(void **state)
{
    (void)state;
    const unsigned place = cpuid_cache_place(cpuid_cache_key(0, 0));
    uint32_t other = 1;
    while (cpuid_cache_place(cpuid_cache_key(other, 0)) != place)
        other++;
    cpuid_cache_keep(&cache, 0, 0, answer(5));
    cpuid_cache_keep(&cache, other, 0, answer(9));
    assert_null(cpuid_cache_find(&cache, 0, 0));
    assert_kept(other, 0, 9);
}

/* Ranges of leaves and subleaves that kernels read when they start. */
static const struct {
    uint32_t leaf, leaves, subleaf, subleaves;
} usual[] = {
    {0, 0x25, 0, 1}, {4, 1, 1, 4},    {7, 1, 1, 2},    {0xb, 1, 1, 2},        {0xd, 1, 1, 19},
    {0xf, 1, 1, 1},  {0x10, 1, 1, 3}, {0x12, 1, 1, 2}, {0x14, 1, 1, 1},       {0x17, 1, 1, 3},
    {0x18, 1, 1, 1}, {0x1d, 1, 1, 1}, {0x1f, 1, 1, 2}, {0x40000000, 2, 0, 1}, {0x80000000, 9, 0, 1},
};

typedef void visit_fn(uint32_t leaf, uint32_t subleaf);

static void visit_usual(visit_fn *visit)
{
    for (unsigned i = 0; i < ARRAY_COUNT(usual); i++) {
        for (uint32_t leaf = 0; leaf < usual[i].leaves; leaf++) {
            for (uint32_t subleaf = 0; subleaf < usual[i].subleaves; subleaf++)
                visit(usual[i].leaf + leaf, usual[i].subleaf + subleaf);
        }
    }
}

static void keep(uint32_t leaf, uint32_t subleaf)
{
    cpuid_cache_keep(&cache, leaf, subleaf, answer(leaf ^ subleaf << 16));
}

static void find(uint32_t leaf, uint32_t subleaf)
{
    assert_kept(leaf, subleaf, leaf ^ subleaf << 16);
}

static void usual_leaves_have_places_of_their_own(void **state)
{
    (void)state;
    visit_usual(keep);
    visit_usual(find);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_is_there_at_first, forget),
        cmocka_unit_test_setup(a_kept_answer_is_found, forget),
        cmocka_unit_test_setup(a_forgotten_answer_is_not_found, forget),
        cmocka_unit_test_setup(any_leaf_may_be_kept, forget),
        cmocka_unit_test_setup(a_place_holds_one_answer, forget),
        cmocka_unit_test_setup(usual_leaves_have_places_of_their_own, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
