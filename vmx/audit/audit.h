/* The audit: every check that a VM entry makes (SDM Vol 3C, chapter 26), made on a VMCS image
 * before the processor makes it, all of them, each with a name. Pure: no privileged instruction, no
 * allocation. */
#ifndef VMX_AUDIT_AUDIT_H
#define VMX_AUDIT_AUDIT_H

#include <stdint.h>

#include "vmx/answer.h"
#include "vmx/audit/input.h"
#include "vmx/audit/rules.h"

struct audit_finding {
    enum audit_rule_id rule;
    uint64_t value; /* of the rule's field */
    uint64_t bits;  /* those at fault */
};

struct audit_result {
    unsigned checks;   /* rules asked; the others need a field or memory that is not known */
    unsigned unasked;  /* of these others, those that are no mere warnings */
    unsigned failed;   /* findings, the warnings included: finding[0] to finding[failed - 1] */
    unsigned warnings; /* of these, which only warn */
    struct audit_finding finding[AUDIT_RULES];
};

/* Asks every rule. Findings stand in the order in which the processor checks. */
void audit(const struct audit_input *input, struct audit_result *result);

/* The first finding that is not a warning, or NULL. */
const struct audit_finding *audit_first(const struct audit_result *result);

/* How a VM entry of the audited VMCS will end: as audit_first() says. */
struct entry_answer audit_predict(const struct audit_result *result);

/* How the processor answers where one finding is the first that it meets. */
struct entry_answer audit_answer(const struct audit_finding *finding);

#endif
