/* For the benchmark's loops (lib/offsets.h). */
#include "lib/offsets.h"

#include "vmx/bench/host.h"

void offsets(void);

void offsets(void)
{
    VALUE(BENCH_PORT, BENCH_PORT);
    VALUE(BENCH_MSR, BENCH_MSR);
}
