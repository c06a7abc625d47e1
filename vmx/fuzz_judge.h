/* Whether what the processor did is what the audit said, the processor's known deviations from the
 * manual (tests/deviations.def) counted apart. Pure. */
#ifndef VMX_FUZZ_JUDGE_H
#define VMX_FUZZ_JUDGE_H

#include <stdbool.h>

#include "kernel/emulator.h"
#include "vmx/answer.h"
#include "vmx/audit.h"

enum fuzz_verdict {
    FUZZ_AGREED,
    FUZZ_FALSE_ALARM, /* the audit found an error, the processor entered */
    FUZZ_MISS,        /* the audit found none, the processor refused */
    FUZZ_DIFFERS,     /* both refused, in different ways */
    FUZZ_DEVIATION,   /* explained by a known deviation of this processor */
    FUZZ_VERDICTS,
};
const char *fuzz_verdict_name(enum fuzz_verdict verdict);

/* One VM entry: what was audited, what came of it, and where. */
struct fuzz_case {
    const struct audit_input *input;
    const struct audit_result *audit;
    enum emulator emulator;
};

/* Compares. The processor may meet any finding of the first stage that has one: first controls
 * and host state, in any order (SDM Vol 3C §26.2), then guest state (§26.3), then MSR loading
 * (§26.4). */
enum fuzz_verdict fuzz_judge(const struct fuzz_case *this, struct entry_answer processor);

/* How far the entry will come on this emulator at the least, its deviations believed. */
enum fuzz_reach {
    REACH_CONTROLS, /* refused before anything is loaded */
    REACH_GUEST,    /* refused by an exit, which loads the host state */
    REACH_MSRS,     /* the same, after the guest's state was loaded */
    REACH_ENTRY,    /* entered */
};
enum fuzz_reach fuzz_reach(const struct fuzz_case *this);

/* Whether this entry would lose the machine on this emulator. */
bool fuzz_loses(const struct fuzz_case *this);

#endif
