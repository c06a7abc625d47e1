/* The audit of an input, and what the printers say about it. Pure. */
#ifndef VMCS_AUDIT_JUDGE_H
#define VMCS_AUDIT_JUDGE_H

#include "tools/vmcs-audit/input.h"
#include "vmx/audit.h"

struct judgement {
    struct vmcs_image image;   /* the input's, without the fields that the processor lacks */
    bool lacking[FIELD_COUNT]; /* these: they cannot be read, so they are not audited */
    unsigned lacking_count;
    struct audit_result audit;
    bool answered; /* the input itself tells how a processor answered */
    struct entry_answer answer;
};

void judge(const struct input *input, const struct vmx_caps *caps, struct judgement *judgement);

/* Findings that are no warnings. */
unsigned judgement_errors(const struct judgement *judgement);

/* Rules that need a field, or memory, which the input does not give. */
unsigned judgement_not_asked(const struct judgement *judgement);

#endif
