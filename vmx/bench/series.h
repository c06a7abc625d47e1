/* Series of samples, and what became of them. */
#ifndef VMX_BENCH_SERIES_H
#define VMX_BENCH_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/line.h"
#include "lib/out.h"

/* A loop of vmx/bench/loops.asm: writes count samples, in time-stamp cycles; false where it could
 * not. */
typedef bool bench_loop(uint64_t *samples, uint64_t count, uint64_t argument);

struct bench_series {
    const char *name;
    bench_loop *loop, *twin; /* the twin leaves out what is measured */
    uint64_t argument, twin_argument;
    uint64_t stride; /* from the argument of a sample to that of the next */
};

/* Nothing is measured yet. Not from a guest. */
void series_begin(void);

/* Runs both, a warm-up first, and keeps what lies between. False where a loop could not. */
bool series_run(const struct bench_series *series);

/* Keeps count samples that were taken otherwise, at most BENCH_SAMPLES; they are sorted. */
void series_keep(const char *name, uint64_t *measured, uint64_t count);

/* Keeps a word on why there are none, to be printed on what is returned; that of this name is
 * forgotten. */
struct out *series_skip(const char *name);

/* `bench` and `histogram` lines of all that was kept, in its order. */
void series_print(struct line *line);

#endif
