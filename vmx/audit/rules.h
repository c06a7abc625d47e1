/* The table of the audit's rules, made from vmx/audit/rules.def. Pure. */
#ifndef VMX_AUDIT_RULES_H
#define VMX_AUDIT_RULES_H

#include <stdint.h>

#include "vmx/field.h"

/* The processor's answer to a broken rule. */
enum audit_area {
    AREA_BLOCKED,  /* VMfailValid, error 26 (§26.1) */
    AREA_CONTROL,  /* VMfailValid, error 7 (§26.2.1) */
    AREA_HOST,     /* VMfailValid, error 8 (§26.2.2 to §26.2.4) */
    AREA_GUEST,    /* exit reason 33, qualification 0 (§26.3, §26.8) */
    AREA_PDPTE,    /* exit reason 33, qualification 2 */
    AREA_NMI,      /* exit reason 33, qualification 3 */
    AREA_LINK,     /* exit reason 33, qualification 4 */
    AREA_MSR_LOAD, /* exit reason 34, qualification: the entry's number from 1 (§26.4) */
    AREA_WARNING,  /* the processor enters, but the setting is most likely a mistake */
};

/* Indices into audit_rules, in the order of vmx/audit/rules.def. */
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
    uint16_t field;     /* index of the field at fault, or FIELD_none */
    const char *holds;  /* overrides (vmx/override.h) after which the VMCS still enters */
    const char *breaks; /* overrides that break this rule alone */
    const char *why;    /* what the rule requires */
    const char *fix;    /* how to repair the VMCS */
    uint64_t (*bits)(struct audit *a); /* the bits at fault; call it through audit_ask() */
};
extern const struct audit_rule audit_rules[AUDIT_RULES];

/* The index in a rule that is about the processor and not about a field. Its name is "none". */
enum { FIELD_none = FIELD_COUNT };
static inline const char *audit_field_name(const struct audit_rule *rule)
{
    return rule->field == FIELD_none ? "none" : field_name(field_at(rule->field));
}

/* Returns the bits at fault, or 0 if the rule holds or a->unknown was set. */
uint64_t audit_ask(enum audit_rule_id rule, struct audit *a);

#endif
