/* One round: enters VMX operation, launches the guest, traces and handles its exits until it stops,
 * leaves VMX operation, and compares the machine with its state before. */
#ifndef VMX_RUN_RUN_H
#define VMX_RUN_RUN_H

#include "kernel/result.h"
#include "lib/out.h"
#include "lib/range.h"
#include "vmx/audit/audit.h"
#include "vmx/audit/verdict.h"
#include "vmx/exit/vcpu.h"
#include "vmx/plan.h"

struct run {
    const char *guest; /* its name, for the log */
    uint64_t round;    /* counted from 1 */
    uint64_t trace;    /* exits of the round to print; the last one is always printed */
    uint64_t budget;   /* time-stamp cycles that the round may take; 0: no limit */
    const struct range_set *watched; /* the host's memory to compare; NULL: none */
    uint64_t exit_rsp;               /* top of the stack for C code that handles VM exits */
    uint64_t self_rsp;    /* top of the host's stack while the running kernel is the guest */
    struct judges judges; /* whose known deviations apply */
    const struct audit_places *places;
    struct range scratch; /* where the image's words of memory may lie; empty: nowhere */
    /* Called in VMX operation when the VMCS is prepared. It may change the VMCS. May be NULL. */
    void (*in_root)(struct vcpu *vcpu, struct run *run);
    /* Guest state, controls and EPT. The round fills in host state and the vcpu's regions. */
    struct plan *plan;
    struct audit_result audit; /* of the image before the VM entry */
};

/* Returns what the audit needs to judge vcpu's image. */
struct audit_input run_audit_input(const struct vcpu *vcpu, const struct run *run);

/* Carries out the round on this processor. Writes the reason for the result to why. */
enum result_code run_round(struct vcpu *vcpu, struct run *run, struct out *why);

#endif
