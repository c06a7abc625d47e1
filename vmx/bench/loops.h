/* The loops of vmx/bench/loops.asm. */
#ifndef VMX_BENCH_LOOPS_H
#define VMX_BENCH_LOOPS_H

#include "vmx/bench/series.h"

#define BENCH(name, loop, twin, argument, twin_argument, control, reason)                          \
    bench_loop loop_##loop, loop_##twin;
#define STEPPED(name, loop, argument, reason) bench_loop loop_##loop;
#define ROOT(name, loop, twin, has)           bench_loop loop_##loop, loop_##twin;
#include "vmx/bench/bench.def"
#undef BENCH
#undef STEPPED
#undef ROOT

/* The guest's handler of injected events. */
extern const char bench_interrupted[];
extern uint64_t bench_interrupts; /* how often it was called */

#endif
