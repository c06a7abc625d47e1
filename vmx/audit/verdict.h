/* Whether what the processor did is what the audit said, the processor's known deviations from the
 * manual (vmx/audit/deviations.def) counted apart. Pure. */
#ifndef VMX_AUDIT_VERDICT_H
#define VMX_AUDIT_VERDICT_H

#include <stdbool.h>

#include "vmx/answer.h"
#include "vmx/audit/audit.h"

enum verdict {
    VERDICT_AGREED, /* as the audit's first finding says, or its having none */
    VERDICT_ORDER,  /* as another finding of the first stage: the manual leaves the order open */
    VERDICT_FALSE_ALARM, /* the audit found an error, the processor entered */
    VERDICT_MISS,        /* the audit found none, the processor refused */
    VERDICT_DIFFERS,     /* both refused, in different ways */
    VERDICT_DEVIATION,   /* explained by a known deviation of this processor */
    VERDICT_LENIENT, /* refused for what the audit is known to ask less strictly than the manual */
    VERDICTS,
};
const char *verdict_name(enum verdict verdict);

/* Whose deviations from the manual are known. */
enum judge {
    JUDGE_BOCHS,
    JUDGE_KVM,
    JUDGE_ANY, /* in rows of the table alone: what any processor may do */
};

/* The judges that an entry meets, BIT(judge) each. */
struct judges {
    uint64_t all;   /* of all that is checked */
    uint64_t guest; /* of guest state alone */
};

/* One VM entry: what was audited, what came of it, and where. */
struct attempt {
    const struct audit_input *input;
    const struct audit_result *audit;
    struct judges judges;
};

/* Compares. The processor may meet any finding of the first stage that has one: first blocking by
 * MOV SS (SDM Vol 3C §26.1), then controls and host state, in any order (SDM Vol 3C §26.2), then
 * guest state (§26.3), then MSR loading (§26.4). */
enum verdict attempt_judge(const struct attempt *this, struct entry_answer processor);

/* How far the entry will come with these judges at the least, its deviations believed. */
enum reach {
    REACH_NOTHING,  /* refused before anything is looked at */
    REACH_CONTROLS, /* refused before anything is loaded */
    REACH_GUEST,    /* refused by an exit, which loads the host state */
    REACH_MSRS,     /* the same, after the guest's state was loaded */
    REACH_ENTRY,    /* entered */
};
enum reach attempt_reach(const struct attempt *this);

/* Whether this entry would lose the machine with these judges. */
bool attempt_loses(const struct attempt *this);

#endif
