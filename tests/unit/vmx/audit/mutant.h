/* One rule of the audit at a time gives a wrong answer: programs with mutant.c in them have
 * it stand between the audit and its rules (tests/unit/unit.mk: --wrap). */
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

/* From the environment at first: AUDIT_MUTANT=<rule>:<mutation's number>. With AUDIT_MUTANT=list
 * the program prints the rules that have no vectors, and ends. */
extern enum mutation mutation;
extern enum audit_rule_id mutant;

#endif
