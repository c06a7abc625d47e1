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

/* The argument of the loops of vmx/bench/root.def points to it. */
struct root_regions {
    uint64_t main, spare, vmxon; /* addresses of two VMCS regions and of the VMXON region */
    uint64_t no_address[2];      /* zero: a descriptor that the type "all contexts" ignores */
};

/* The guest's handler of injected events. */
extern const char bench_interrupted[];
extern uint64_t bench_interrupts; /* how often it was called */

#endif
