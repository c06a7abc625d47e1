/* Audits an input and collects the results for the printers. Pure. */
#ifndef TOOLS_VMCS_AUDIT_JUDGE_H
#define TOOLS_VMCS_AUDIT_JUDGE_H

#include "tools/vmcs-audit/input.h"
#include "vmx/audit/audit.h"

struct judgement {
    struct vmcs_image image;   /* the input's image without the fields that the processor lacks */
    bool lacking[FIELD_COUNT]; /* lacking[field]: the processor lacks it, so it is not audited */
    unsigned lacking_count;
    struct audit_result audit;
    bool refused;               /* the input says that a processor refused the entry */
    struct entry_answer answer; /* valid if refused: the processor's answer */
    /* refuted[i]: the answer contradicts audit.finding[i]. For example, a processor that reports
     * invalid guest state has already accepted controls and host state. Such a finding is not an
     * error: the capabilities belong to another processor. */
    bool refuted[AUDIT_RULES];
    unsigned refuted_count;
};

/* Audits the input for a processor with these capabilities. */
void judge(const struct input *input, const struct vmx_caps *caps, struct judgement *judgement);

/* Returns the number of findings that are neither warnings nor refuted. */
unsigned judgement_errors(const struct judgement *judgement);

/* Returns the kind of audit.finding[index]: "error", "warning" or "refuted". */
const char *judgement_kind(const struct judgement *judgement, unsigned index);

/* Returns the answer that the processor gives because of the first error. */
struct entry_answer judgement_predict(const struct judgement *judgement);

/* Returns true if the processor refused the entry and no finding predicts its answer. */
bool judgement_unexplained(const struct judgement *judgement);

/* Returns the number of rules that could not be evaluated because the input lacks a field or the
 * contents of memory. */
unsigned judgement_not_asked(const struct judgement *judgement);

#endif
