/* The loops of vmx/bench/loops.asm. */
#ifndef VMX_BENCH_LOOPS_H
#define VMX_BENCH_LOOPS_H

#include "vmx/bench/series.h"

#define BENCH(name, loop, twin, argument, twin_argument, stride, control, reason)                  \
    bench_loop loop_##loop, loop_##twin;
#include "vmx/bench/measures.def"
#undef BENCH

#define ROOT(name, loop, twin, has) bench_loop loop_##loop, loop_##twin;
#include "vmx/bench/root.def"
#undef ROOT

/* The guest's handler of injected events. */
extern const char bench_interrupted[];
extern uint64_t bench_interrupts; /* how often it was called */

#endif
