/* Statistics of measured samples: sorting, percentiles, a histogram. Pure. */
#ifndef LIB_SAMPLES_H
#define LIB_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

enum { SAMPLES_BUCKETS = 16 };

/* Buckets of equal width. The first bucket begins at the smallest sample. `above` counts the
 * samples beyond the last bucket. */
struct samples_histogram {
    uint64_t first, width; /* width: at least 1 */
    uint64_t count[SAMPLES_BUCKETS], above;
};

/* Sorts count samples in ascending order. */
void samples_sort(uint64_t *samples, size_t count);

/* Returns the given percentile of sorted samples (nearest-rank method): the smallest sample that is
 * not less than `percent` hundredths of all samples. count is not 0; percent is 1 to 100. */
uint64_t samples_percentile(const uint64_t *sorted, size_t count, unsigned percent);

/* Returns part / whole in thousandths, or 0 if whole is 0. The result is rounded down exactly if
 * part is below 2^54, and approximate otherwise. */
uint64_t samples_permille(uint64_t part, uint64_t whole);

/* Subtracts `part` from each sample. A negative result becomes 0. */
void samples_subtract(uint64_t *samples, size_t count, uint64_t part);

/* Makes a histogram of sorted samples; count is not 0. The buckets reach at least up to the 99th
 * percentile. */
struct samples_histogram samples_histogram(const uint64_t *sorted, size_t count);

#endif
