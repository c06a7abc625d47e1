/* Series of samples, and their statistics. */
#ifndef VMX_BENCH_SERIES_H
#define VMX_BENCH_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/line.h"
#include "lib/out.h"

enum {
    BENCH_WARM_UP = 12, /* first samples, which are discarded */
    BENCH_SAMPLES = 500,
    BENCH_PAGES = BENCH_WARM_UP + BENCH_SAMPLES,
};

/* A loop of vmx/bench/loops.asm. Writes count samples, in time-stamp cycles. Returns false if it
 * cannot. */
typedef bool bench_loop(uint64_t *samples, uint64_t count, uint64_t argument);

struct bench_series {
    const char *name;
    bench_loop *loop, *twin; /* the twin leaves out what is measured */
    uint64_t argument, twin_argument;
    uint64_t stride; /* what the loop adds to its argument after each sample */
};

/* Forgets all series. Call it outside the guest. */
void series_begin(void);

/* Runs loop and twin, each with a warm-up, and keeps the samples of the loop less the median of the
 * twin's. Returns false if a loop fails. */
bool series_run(const struct bench_series *series);

/* Keeps `count` samples, at most BENCH_SAMPLES, that were measured elsewhere. Sorts them. */
void series_keep(const char *name, uint64_t *measured, uint64_t count);

/* Marks the series as skipped. Forgets its samples if they were the last to be kept. Returns where
 * to write the reason. */
struct out *series_skip(const char *name);

/* Prints the `bench` and `histogram` lines of all series, in the order they were kept. */
void series_print(struct line *line);

#endif
