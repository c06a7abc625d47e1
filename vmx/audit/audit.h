/* The audit: applies the checks of a VM entry (SDM Vol 3C, chapter 26) to a VMCS image before the
 * processor does. It applies all of them, and each check is a named rule. Pure: no privileged
 * instruction, no allocation. */
#ifndef VMX_AUDIT_AUDIT_H
#define VMX_AUDIT_AUDIT_H

#include <stdint.h>

#include "vmx/answer.h"
#include "vmx/audit/input.h"
#include "vmx/audit/rules.h"

struct audit_finding {
    enum audit_rule_id rule;
    uint64_t value; /* of the rule's field */
    uint64_t bits;  /* the bits at fault */
};

struct audit_result {
    unsigned checks;   /* rules asked; the other rules need a field or memory that is not known */
    unsigned unasked;  /* rules not asked, without the warnings */
    unsigned failed;   /* findings with the warnings: finding[0] to finding[failed - 1] */
    unsigned warnings; /* findings that are warnings */
    struct audit_finding finding[AUDIT_RULES];
};

/* Asks every rule. The findings are in the order of the rules. */
void audit(const struct audit_input *input, struct audit_result *result);

/* Returns the first finding that is not a warning, or NULL. */
const struct audit_finding *audit_first(const struct audit_result *result);

/* Predicts the processor's answer to a VM entry with the audited VMCS: its answer to
 * audit_first(). */
struct entry_answer audit_predict(const struct audit_result *result);

/* Returns the processor's answer if `finding` is the first that it meets. */
struct entry_answer audit_answer(const struct audit_finding *finding);

#endif
