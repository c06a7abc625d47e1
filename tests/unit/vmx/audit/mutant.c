/* Makes a rule of the audit give wrong answers, with the linker's --wrap. */
#include "tests/unit/vmx/audit/mutant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vmx/audit/rule.h"
#include "vmx/audit/rules.h"

enum mutation mutation;
enum audit_rule_id mutant;

uint64_t __real_audit_ask(enum audit_rule_id rule, struct audit *a);
uint64_t __wrap_audit_ask(enum audit_rule_id rule, struct audit *a);

uint64_t __wrap_audit_ask(enum audit_rule_id rule, struct audit *a)
{
    uint64_t bits = __real_audit_ask(rule, a);
    if (mutation == MUTATION_NONE || rule != mutant || a->unknown)
        return bits;
    switch (mutation) {
    case MUTATION_INVERTED:
        return bits == 0;
    case MUTATION_ALWAYS_BROKEN:
        return 1;
    default:
        return 0;
    }
}

static void list_rules_without_vectors(void)
{
    for (unsigned i = 0; i < AUDIT_RULES; i++) {
        if (audit_rules[i].breaks[0] == '\0')
            puts(audit_rules[i].id);
    }
    exit(EXIT_SUCCESS);
}

__attribute__((constructor)) static void read_environment(void)
{
    const char *text = getenv("AUDIT_MUTANT");
    if (!text)
        return;
    if (strcmp(text, "list") == 0)
        list_rules_without_vectors();
    size_t length = strcspn(text, ":");
    for (mutant = 0; mutant < AUDIT_RULES; mutant++) {
        const char *id = audit_rules[mutant].id;
        if (strlen(id) == length && memcmp(id, text, length) == 0)
            break;
    }
    mutation = text[length] == ':' ? (enum mutation)atoi(text + length + 1) : MUTATION_NONE;
    if (mutant == AUDIT_RULES || mutation <= MUTATION_NONE || mutation >= MUTATIONS) {
        (void)fprintf(stderr, "AUDIT_MUTANT=%s: expected list or <rule>:<1 to %d>\n", text,
                      (int)MUTATIONS - 1);
        exit(EXIT_FAILURE);
    }
}
