/* One round: VMX operation on, the guest launched, its exits traced and handled until it stops, VMX
 * operation off, and the machine compared with what it was before. */
#ifndef VMX_RUN_RUN_H
#define VMX_RUN_RUN_H

#include "kernel/options.h"
#include "kernel/result.h"
#include "lib/out.h"
#include "lib/range.h"
#include "vmx/exit/vcpu.h"
#include "vmx/plan.h"

struct run {
    const char *guest;  /* its name, for the log */
    uint64_t exits;     /* HLT exits after which it has passed; 0: it says itself when it is done */
    uint64_t round;     /* counted from 1 */
    uint64_t trace;     /* exits of the round that are printed; the one that ends it always is */
    uint64_t budget;    /* time-stamp cycles that it may take; 0: as many as it likes */
    bool vmx_shown;     /* CPUID shows VMX, locked off by IA32_FEATURE_CONTROL */
    bool beyond_faults; /* what an EPT violation does: #GP(0) in the guest, or its end */
    const struct range_set *watched; /* the host's memory that is compared; NULL: none is */
    uint64_t step;     /* monitor-trap exits after which the guest runs freely; 0: never */
    uint64_t exit_rsp; /* top of the stack on which VM exits arrive, 16-byte aligned */
    enum audit_mode audit;
    struct judges judges;        /* whose deviations count: vmx/audit/verdict.h */
    const struct text *override; /* words that change the planned VMCS, override_count of them */
    unsigned override_count;
    /* For the audit: see struct audit_input. */
    bool (*read)(void *context, uint64_t address, void *bytes, size_t size);
    void *read_context;
    const struct audit_places *places;
    struct range scratch; /* where the image's words of memory may be; empty: nowhere */
    /* Called in VMX operation with the VMCS prepared, which may be changed there; NULL: nothing is.
     */
    void (*in_root)(struct vcpu *vcpu, const struct run *run);
    struct plan *plan; /* guest, controls and EPT; the round fills in the host's state and the
                        * vcpu's own regions */
};

/* What the audit is to judge. */
struct audit_input run_audit_input(const struct vcpu *vcpu, const struct run *run);

/* Carries out the round on this processor. Says how it ended on why. */
enum result_code run_round(struct vcpu *vcpu, const struct run *run, struct out *why);

#endif
