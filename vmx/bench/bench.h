/* guest=bench: what VM exits cost, and the instructions of VMX. The running kernel is the guest
 * (vmx/guests/self.h) and measures itself; vmx/bench/bench.def says what. */
#ifndef VMX_BENCH_BENCH_H
#define VMX_BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "ept/ept.h"
#include "kernel/result.h"
#include "vmx/control.h"
#include "vmx/plan.h"
#include "vmx/run/run.h"

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

/* The controls that the guest needs, and those that it measures where they are granted. */
extern const struct control_wishes bench_wishes;

/* What was measured before the round: the time stamp of the kernel's first instruction, and the
 * cycles that it took to build the guest's EPT. */
struct bench_before {
    uint64_t started, ept_build;
};

/* Carries out the round as guest_self_round() does, and prints what was measured. */
enum result_code bench_round(struct vcpu *vcpu, struct run *run, struct bench_before before,
                             void *stack, void (*lost)(enum result_code), struct out *why);

#endif
