/* Finds the rules that could not be checked and the input that they need, by evaluating them again
 * with parts of the input left out. Pure. */
#ifndef TOOLS_VMCS_AUDIT_UNASKED_H
#define TOOLS_VMCS_AUDIT_UNASKED_H

#include "tools/vmcs-audit/judge.h"

struct unasked {
    enum audit_rule_id rule;
    bool field[FIELD_COUNT]; /* field[i]: the rule needs this field, and the image lacks it */
    bool memory;             /* the rule needs the contents of memory */
    uint64_t address;        /* start of that memory; 0 if it depends on a missing field */
    bool place;              /* the rule needs the address of the VMCS */
};

/* Finds the next rule, starting with unasked->rule, that could not be checked and may be broken.
 * Skips warnings and rules that need only fields that the processor lacks. Returns false if no rule
 * is left. */
bool unasked_next(const struct judgement *judgement, const struct vmx_caps *caps,
                  struct unasked *unasked);

/* Returns true if a violation of this rule gives the answer in the input. */
bool unasked_could_explain(const struct judgement *judgement, const struct unasked *unasked);

/* Prints the needed input, for example "GUEST_CR3, memory at 0x1000". */
void unasked_print(const struct unasked *unasked, struct out *out);

#endif
