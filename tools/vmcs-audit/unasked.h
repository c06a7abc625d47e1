/* Rules that were not asked, and what they would need: found by asking them again with something
 * left out. Pure. */
#ifndef TOOLS_VMCS_AUDIT_UNASKED_H
#define TOOLS_VMCS_AUDIT_UNASKED_H

#include "tools/vmcs-audit/judge.h"

struct unasked {
    enum audit_rule_id rule;
    bool field[FIELD_COUNT]; /* fields that the image has not */
    bool memory;             /* what is in memory, from */
    uint64_t address;        /* here; 0 where a field that lacks says where */
    bool place;              /* where the VMCS itself is */
};

/* Finds the next rule from unasked->rule on that the judgement could not ask although it might be
 * broken: warnings, and rules that only lack what the processor lacks, are passed over. Returns
 * false where none is left. */
bool unasked_next(const struct judgement *judgement, const struct vmx_caps *caps,
                  struct unasked *unasked);

/* Whether a processor that finds this rule broken would have refused as the input says. */
bool unasked_could_explain(const struct judgement *judgement, const struct unasked *unasked);

/* "GUEST_CR3, memory at 0x1000", each with a comma before it but the first. */
void unasked_print(const struct unasked *unasked, struct out *out);

#endif
