/* Values for the benchmark's loops (lib/offsets.h). */
#include "lib/offsets.h"

#include "vmx/bench/agreed.h"
#include "vmx/exit_reason.h"
#include "vmx/hypercall.h"
#include "vmx/instructions.h"

void offsets(void);

void offsets(void)
{
    VALUE(BENCH_PORT, BENCH_PORT);
    VALUE(BENCH_MSR, BENCH_MSR);
    VALUE(HYPERCALL_VERSION, HYPERCALL_VERSION);
    VALUE(HYPERCALL_BENCH, HYPERCALL_BENCH);
    VALUE(INVALIDATE_ALL_CONTEXTS, INVALIDATE_ALL_CONTEXTS);
    VALUE(REASON_VMCALL, REASON_VMCALL);
}
