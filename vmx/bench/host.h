/* The benchmark's host: what it does when the guest asks, and what it measures in VMX root
 * operation. */
#ifndef VMX_BENCH_HOST_H
#define VMX_BENCH_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "ept/ept.h"
#include "vmx/exit/action.h"
#include "vmx/run/run.h"

/* Maps guest-physical memory one to one from 0 to limit, apart from BENCH_PAGES pages at `pages`.
 * limit is a multiple of 2 MiB. bench_map() maps these pages one by one when the guest touches
 * them. Keeps the pointers it is given. */
enum pagetable_status bench_build(struct ept *ept, uint64_t limit, struct hpa pages,
                                  const struct memory_types *types);

/* Returns the address of the first page that bench_build() left out. */
uint64_t bench_pages(void);

/* Carries out HYPERCALL_BENCH. */
enum exit_action bench_arm(struct vcpu *vcpu, uint32_t argument);

/* Maps the page at this guest-physical address. Returns false if bench_build() did not leave it
 * out. */
bool bench_map(uint64_t address);

/* Measures the rows that belong to VMX root operation, with the guest's VMCS as the current one.
 * The caller must prepare the VMCS again afterwards. */
void bench_root(struct vcpu *vcpu, struct run *run);

#endif
