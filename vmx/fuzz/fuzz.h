/* The audit against the processor: VMCSs that are each predicted, entered and compared. */
#ifndef VMX_FUZZ_FUZZ_H
#define VMX_FUZZ_FUZZ_H

#include <stdint.h>

#include "kernel/result.h"
#include "vmx/run/run.h"

/* Tries every vector of every rule and then `count` random mutations, which seed fixes, of the
 * VMCS that run plans. Prints each disagreement as words for the command line, the table and
 * the totals; says on why how it ended. */
enum result_code fuzz_round(struct vcpu *vcpu, const struct run *run, uint64_t seed, uint64_t count,
                            struct out *why);

#endif
