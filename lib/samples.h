/* Statistics of measured samples: order, percentiles, a histogram. Pure. */
#ifndef LIB_SAMPLES_H
#define LIB_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

enum { SAMPLES_BUCKETS = 16 };

/* Buckets of equal width, whose first begins at the least sample; `above` counts what is beyond the
 * last.
 */
struct samples_histogram {
    uint64_t first, width; /* width: at least 1 */
    uint64_t count[SAMPLES_BUCKETS], above;
};

/* Sorts count samples, the least first. */
void samples_sort(uint64_t *samples, size_t count);

/* The least of sorted samples that is not less than so many hundredths of all (the nearest rank);
 * count is not 0, percent from 1 to 100. */
uint64_t samples_percentile(const uint64_t *sorted, size_t count, unsigned percent);

/* A part of the whole in thousandths, rounded down where the part is below 2^54; of no whole, 0. */
uint64_t samples_permille(uint64_t part, uint64_t whole);

/* Takes `part` off each; what would be less than 0 becomes 0. */
void samples_subtract(uint64_t *samples, size_t count, uint64_t part);

/* Of sorted samples, count not 0. The buckets reach up to the 99th percentile at least. */
struct samples_histogram samples_histogram(const uint64_t *sorted, size_t count);

#endif
