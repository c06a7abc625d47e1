/* Values for the benchmark's loops (lib/offsets.h). */
#include "lib/offsets.h"

#include "vmx/bench/agreed.h"
#include "vmx/bench/loops.h"
#include "vmx/exit_reason.h"
#include "vmx/hypercall.h"
#include "vmx/instructions.h"

/* The encodings of the fields of the VMCS. */
enum {
#define FIELD(encoding, name, gate) ENCODING_OF_##name = (encoding),
#include "vmx/fields.def"
#undef FIELD
};

void offsets(void);

void offsets(void)
{
    VALUE(BENCH_PORT, BENCH_PORT);
    VALUE(BENCH_MSR, BENCH_MSR);
    VALUE(HYPERCALL_VERSION, HYPERCALL_VERSION);
    VALUE(HYPERCALL_BENCH, HYPERCALL_BENCH);
    VALUE(INVALIDATE_ALL_CONTEXTS, INVALIDATE_ALL_CONTEXTS);
    VALUE(REASON_VMCALL, REASON_VMCALL);
    VALUE(GUEST_RIP, ENCODING_OF_GUEST_RIP);
    VALUE(HOST_RSP, ENCODING_OF_HOST_RSP);
    VALUE(HOST_RIP, ENCODING_OF_HOST_RIP);
    VALUE(EXIT_REASON, ENCODING_OF_EXIT_REASON);
    OFFSET(ROOT_MAIN, struct root_regions, main);
    OFFSET(ROOT_SPARE, struct root_regions, spare);
    OFFSET(ROOT_VMXON, struct root_regions, vmxon);
    OFFSET(ROOT_NO_ADDRESS, struct root_regions, no_address);
}
