/* The benchmark's host: carries out the guest's calls, maps its pages, and measures in VMX root
 * operation. */
#ifndef VMX_BENCH_HOST_H
#define VMX_BENCH_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "ept/ept.h"
#include "vmx/exit/action.h"
#include "vmx/run/run.h"

/* Maps guest-physical memory one to one from 0 to limit, a multiple of 2 MiB, except BENCH_PAGES
 * pages at `pages`. bench_map() maps these one by one when the guest touches them. Keeps ept and
 * types. */
enum pagetable_status bench_build(struct ept *ept, uint64_t limit, struct hpa pages,
                                  const struct memory_types *types);

/* Returns the address of the first of the BENCH_PAGES pages that bench_build() did not map. */
uint64_t bench_pages(void);

/* Carries out HYPERCALL_BENCH. */
enum exit_action bench_arm(struct vcpu *vcpu, uint32_t argument);

/* Maps the page at this guest-physical address. Returns false unless it is one of these pages. */
bool bench_map(uint64_t address);

/* Measures the audit and the rows of vmx/bench/root.def. The guest's VMCS must be current. The
 * caller must prepare it again afterwards. */
void bench_root(struct vcpu *vcpu, struct run *run);

#endif
