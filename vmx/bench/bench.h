/* guest=bench measures what VM exits and VMX instructions cost. The running kernel is the guest
 * (vmx/guests/self.h) and measures itself; vmx/bench/measures.def and root.def list what. */
#ifndef VMX_BENCH_BENCH_H
#define VMX_BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "ept/ept.h"

enum {
    BENCH_WARM_UP = 12, /* first samples, which are discarded */
    BENCH_SAMPLES = 500,
    BENCH_PAGES = BENCH_WARM_UP + BENCH_SAMPLES,
};

/* Maps guest-physical memory one to one from 0 to limit, apart from BENCH_PAGES pages at `pages`.
 * limit is a multiple of 2 MiB. bench_map() maps these pages one by one when the guest touches
 * them. Keeps the pointers it is given. */
enum pagetable_status bench_build(struct ept *ept, uint64_t limit, struct hpa pages,
                                  const struct memory_types *types);

#endif
