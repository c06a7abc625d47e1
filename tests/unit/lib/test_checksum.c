/* Tests which changes the checksum detects. */
#include "lib/checksum.h"

#include "lib/bits.h"
#include "tests/unit/unit.h"

enum { WORDS = 64 };

static uint64_t sum_of(const uint64_t *words, size_t count)
{
    return checksum_add(CHECKSUM_BEGIN, words, count * sizeof *words);
}

static void every_bit_of_every_word_counts(void **state)
{
    uint64_t words[WORDS] = {0};
    (void)state;
    const uint64_t before = sum_of(words, WORDS);
    for (unsigned i = 0; i < WORDS; i++) {
        for (unsigned bit = 0; bit < 64; bit++) {
            words[i] ^= BIT(bit);
            assert_int_not_equal(sum_of(words, WORDS), before);
            words[i] ^= BIT(bit);
        }
    }
    assert_int_equal(sum_of(words, WORDS), before);
}

static void so_does_the_order(void **state)
{
    const uint64_t one[] = {1, 2, 3}, other[] = {1, 3, 2};
    (void)state;
    assert_int_not_equal(sum_of(one, 3), sum_of(other, 3));
}

/* Changes of two high bits that would cancel out in a plain product of odd factors. */
static void two_high_bits_do_not_cancel(void **state)
{
    uint64_t words[2] = {5, 6};
    (void)state;
    const uint64_t before = sum_of(words, 2);
    words[0] ^= BIT(63);
    words[1] ^= BIT(63);
    assert_int_not_equal(sum_of(words, 2), before);
}

static void parts_make_the_whole(void **state)
{
    const uint64_t words[] = {7, 8, 9, 10};
    (void)state;
    const uint64_t half = sum_of(words, 2);
    assert_int_equal(checksum_add(half, words + 2, 16), sum_of(words, 4));
    assert_int_equal(checksum_add(half, words, 0), half);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit_of_every_word_counts),
        cmocka_unit_test(so_does_the_order),
        cmocka_unit_test(two_high_bits_do_not_cancel),
        cmocka_unit_test(parts_make_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
