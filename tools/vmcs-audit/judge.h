/* The audit of an input, and what the printers say about it. Pure. */
#ifndef TOOLS_VMCS_AUDIT_JUDGE_H
#define TOOLS_VMCS_AUDIT_JUDGE_H

#include "tools/vmcs-audit/input.h"
#include "vmx/audit/audit.h"

struct judgement {
    struct vmcs_image image;   /* the input's, without the fields that the processor lacks */
    bool lacking[FIELD_COUNT]; /* these: they cannot be read, so they are not audited */
    unsigned lacking_count;
    struct audit_result audit;
    bool refused; /* the input itself tells that a processor refused the entry, and how */
    struct entry_answer answer;
    /* Findings, by their index in audit.finding, that this answer contradicts: a processor that
     * says that the guest state is invalid was content with controls and host state before. They
     * are no errors: it is another processor than the capabilities are of. */
    bool refuted[AUDIT_RULES];
    unsigned refuted_count;
};

void judge(const struct input *input, const struct vmx_caps *caps, struct judgement *judgement);

/* Findings that are neither warnings nor refuted. */
unsigned judgement_errors(const struct judgement *judgement);

/* "error", "warning" or "refuted": which of these a finding is, by its index. */
const char *judgement_kind(const struct judgement *judgement, unsigned index);

/* How the entry ends by the errors. */
struct entry_answer judgement_predict(const struct judgement *judgement);

/* Whether the processor refused, and none of the findings has it answer as it did. */
bool judgement_unexplained(const struct judgement *judgement);

/* Rules that need a field, or memory, which the input does not give. */
unsigned judgement_not_asked(const struct judgement *judgement);

#endif
