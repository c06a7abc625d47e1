/* The rules of the audit: rows of vmx/audit/rules.def. Pure. */
#ifndef VMX_AUDIT_RULES_H
#define VMX_AUDIT_RULES_H

#include <stdint.h>

#include "vmx/field.h"

/* How the processor answers a broken rule. */
enum audit_area {
    AREA_BLOCKED,  /* VMfailValid, error 26 (§26.1) */
    AREA_CONTROL,  /* VMfailValid, error 7 (§26.2.1) */
    AREA_HOST,     /* VMfailValid, error 8 (§26.2.2 to §26.2.4) */
    AREA_GUEST,    /* exit reason 33, qualification 0 (§26.3, §26.8) */
    AREA_PDPTE,    /* exit reason 33, qualification 2 */
    AREA_NMI,      /* exit reason 33, qualification 3 */
    AREA_LINK,     /* exit reason 33, qualification 4 */
    AREA_MSR_LOAD, /* exit reason 34, qualification: the entry's number from 1 (§26.4) */
    AREA_WARNING,  /* the processor enters; what follows is not what one wants */
};

/* The rules by name: an index into audit_rules, in the processor's own order. */
enum audit_rule_id {
#define RULE(id, area, section, field, bits, holds, breaks, why, fix) RULE_##id,
#include "vmx/audit/rules.def"
#undef RULE
    AUDIT_RULES,
};

struct audit; /* vmx/audit/rule.h */

struct audit_rule {
    const char *id;
    const char *section; /* of SDM Vol 3C */
    enum audit_area area;
    uint16_t field;     /* index of the field that is at fault when the rule is broken, or none */
    const char *holds;  /* overrides (vmx/override.h) of a VMCS that enters, which keep the rule */
    const char *breaks; /* overrides which break this rule alone; the base holds the rule */
    const char *why;    /* what the rule asks for */
    const char *fix;    /* what to do */
    uint64_t (*bits)(struct audit *a); /* those at fault, 0 where the rule holds: audit_ask() */
};
extern const struct audit_rule audit_rules[AUDIT_RULES];

/* A rule about the processor and not its VMCS has no field: this index, whose name is "none". */
enum { FIELD_none = FIELD_COUNT };
static inline const char *audit_field_name(const struct audit_rule *rule)
{
    return rule->field == FIELD_none ? "none" : field_name(field_at(rule->field));
}

/* The bits at fault by a rule, 0 where it holds or is not answered. */
uint64_t audit_ask(enum audit_rule_id rule, struct audit *a);

#endif
