/* Makes one rule of the audit at a time give a wrong answer. In a program that links mutant.c, all
 * calls of audit_ask() go through it (--wrap in tests/unit/tests.mk). */
#ifndef TESTS_UNIT_VMX_AUDIT_MUTANT_H
#define TESTS_UNIT_VMX_AUDIT_MUTANT_H

#include "vmx/audit/audit.h"

enum mutation {
    MUTATION_NONE,
    MUTATION_INVERTED,
    MUTATION_ALWAYS_BROKEN,
    MUTATION_NEVER_BROKEN,
    MUTATIONS,
};

/* The mutation in effect, and the rule that it changes. Their initial values come from the
 * environment: AUDIT_MUTANT=<rule>:<number of the mutation>. With AUDIT_MUTANT=list the program
 * only prints the rules that have no vectors. */
extern enum mutation mutation;
extern enum audit_rule_id mutant;

#endif
