/* Computes the checksum of memory. For a given word, each step maps different sums to different
 * sums. For a given sum, it maps different words to different sums. So one changed word always
 * changes the result. */
#include "lib/checksum.h"

/* 2^64 divided by the golden ratio: odd, so that multiplication by it can be inverted, and with
 * bits that look random. */
#define FACTOR UINT64_C(0x9e3779b97f4a7c15)

uint64_t checksum_add(uint64_t sum, const void *bytes, size_t size)
{
    const uint64_t *word = bytes;
    for (size_t i = 0; i < size / sizeof *word; i++) {
        sum = (sum ^ word[i]) * FACTOR;
        sum ^= sum >> 32; /* mixes high bits into low ones; the product only carries upwards */
    }
    return sum;
}
