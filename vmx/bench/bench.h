/* guest=bench: what VM exits cost, and the instructions of VMX. The running kernel is the guest
 * (vmx/guests/self.h) and measures itself; vmx/bench/bench.def says what. */
#ifndef VMX_BENCH_BENCH_H
#define VMX_BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "ept/ept.h"

enum {
    BENCH_WARM_UP = 12, /* samples that are thrown away */
    BENCH_SAMPLES = 500,
    BENCH_PAGES = BENCH_WARM_UP + BENCH_SAMPLES,
};

/* Maps all of guest-physical memory up to limit one to one, but for BENCH_PAGES pages at `pages`, a
 * multiple of 2 MiB: they are mapped one by one when the guest touches them. What was passed has to
 * stay as it is. */
enum pagetable_status bench_build(struct ept *ept, uint64_t limit, struct hpa pages,
                                  const struct memory_types *types);

#endif
