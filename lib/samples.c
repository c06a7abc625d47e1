/* Statistics of measured samples. */
#include "lib/samples.h"

/* Insertion sort: it needs no extra memory, and repeated measurements are nearly sorted already. */
void samples_sort(uint64_t *samples, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const uint64_t sample = samples[i];
        size_t at = i;
        for (; at > 0 && samples[at - 1] > sample; at--)
            samples[at] = samples[at - 1];
        samples[at] = sample;
    }
}

uint64_t samples_percentile(const uint64_t *sorted, size_t count, unsigned percent)
{
    return sorted[(count * percent + 99) / 100 - 1];
}

uint64_t samples_permille(uint64_t part, uint64_t whole)
{
    if (whole == 0)
        return 0;
    if (part <= UINT64_MAX / 1000)
        return part * 1000 / whole;
    return whole < 1000 ? UINT64_MAX : part / (whole / 1000);
}

void samples_subtract(uint64_t *samples, size_t count, uint64_t part)
{
    for (size_t i = 0; i < count; i++)
        samples[i] -= samples[i] < part ? samples[i] : part;
}

struct samples_histogram samples_histogram(const uint64_t *sorted, size_t count)
{
    const uint64_t first = sorted[0], last = samples_percentile(sorted, count, 99);
    struct samples_histogram histogram = {
        .first = first,
        .width = (last - first) / SAMPLES_BUCKETS + 1,
    };
    for (size_t i = 0; i < count; i++) {
        const uint64_t bucket = (sorted[i] - first) / histogram.width;
        if (bucket < SAMPLES_BUCKETS)
            histogram.count[bucket]++;
        else
            histogram.above++;
    }
    return histogram;
}
