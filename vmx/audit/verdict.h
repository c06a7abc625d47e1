/* Compares the processor's answer to a VM entry with the audit's prediction. Known deviations of
 * the processor from the SDM (vmx/audit/deviations.def) have a verdict of their own. Pure. */
#ifndef VMX_AUDIT_VERDICT_H
#define VMX_AUDIT_VERDICT_H

#include <stdbool.h>

#include "vmx/answer.h"
#include "vmx/audit/audit.h"

enum verdict {
    VERDICT_AGREED,      /* the answer to the first finding, or entry if there is no finding */
    VERDICT_ORDER,       /* the answer to another finding of the same stage: any order is right */
    VERDICT_FALSE_ALARM, /* the audit found an error, but the processor entered */
    VERDICT_MISS,        /* the audit found no error, but the processor refused */
    VERDICT_DIFFERS,     /* the audit found an error, but the processor refused in another way */
    VERDICT_DEVIATION,   /* a known deviation of this processor explains the answer */
    VERDICT_LENIENT,     /* refused by a check in which the audit is known to be less strict */
    VERDICTS,
};
const char *verdict_name(enum verdict verdict);

/* Processors with known deviations from the SDM. */
enum judge {
    JUDGE_BOCHS,
    JUDGE_KVM,
    JUDGE_ANY, /* any processor; used only in vmx/audit/deviations.def */
};

/* The judges that check a VM entry: sets of BIT(judge). */
struct judges {
    uint64_t all;   /* judges that make all checks */
    uint64_t guest; /* judges that check guest state only */
};

/* One VM entry: the audit's input and result, and the judges that check the entry. */
struct attempt {
    const struct audit_input *input;
    const struct audit_result *audit;
    struct judges judges;
};

/* Judges the processor's answer. The processor checks in stages: blocking by MOV SS (SDM Vol 3C
 * §26.1), then controls and host state in any order (§26.2), then guest state (§26.3), then MSR
 * loading (§26.4). Its answer may belong to any finding of the first stage that has one. */
enum verdict attempt_judge(const struct attempt *this, struct entry_answer processor);

/* How far a VM entry gets. */
enum reach {
    REACH_NOTHING,  /* the processor refuses before it checks the VMCS */
    REACH_CONTROLS, /* it refuses before it loads any state */
    REACH_GUEST,    /* it refuses by a VM exit, which loads the host state */
    REACH_MSRS,     /* it refuses by a VM exit after it loaded the guest state */
    REACH_ENTRY,    /* it enters the guest */
};

/* Returns the least stage that the entry reaches, given these judges and their known deviations. */
enum reach attempt_reach(const struct attempt *this);

/* Returns true if this entry would crash the machine with these judges. */
bool attempt_crashes(const struct attempt *this);

#endif
