/* Each step is one-to-one in the sum, and in the word: what differs once stays different until
 * another word differs, too. */
#include "lib/checksum.h"

/* Odd, so that it has an inverse; its bits look random: 2^64 divided by the golden ratio. */
#define FACTOR UINT64_C(0x9e3779b97f4a7c15)

uint64_t checksum_add(uint64_t sum, const void *bytes, size_t size)
{
    const uint64_t *word = bytes;
    for (size_t i = 0; i < size / sizeof *word; i++) {
        sum = (sum ^ word[i]) * FACTOR;
        sum ^= sum >> 32; /* what is high comes down: a product carries upwards only */
    }
    return sum;
}
