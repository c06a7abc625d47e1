/* The audit: every check that a VM entry makes (SDM Vol 3C, chapter 26), made on a VMCS image
 * before the processor makes it, all of them, each with a name. Pure: no privileged instruction, no
 * allocation. The rules are rows of vmx/audit/rules.def. */
#ifndef VMX_AUDIT_AUDIT_H
#define VMX_AUDIT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/range.h"
#include "vmx/answer.h"
#include "vmx/image.h"

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

struct audit_rule {
    const char *id;
    const char *section; /* of SDM Vol 3C */
    enum audit_area area;
    uint16_t field;     /* index of the field that is at fault when the rule is broken, or none */
    const char *holds;  /* overrides (vmx/override.h) of a VMCS that enters, which keep the rule */
    const char *breaks; /* overrides which break this rule alone; the base holds the rule */
    const char *why;    /* what the rule asks for */
    const char *fix;    /* what to do */
};
extern const struct audit_rule audit_rules[AUDIT_RULES];

/* A rule about the processor and not its VMCS has no field: this index, whose name is "none". */
enum { FIELD_none = FIELD_COUNT };
static inline const char *audit_field_name(const struct audit_rule *rule)
{
    return rule->field == FIELD_none ? "none" : field_name(field_at(rule->field));
}

/* Where things are that the VMCS must not touch, in host-physical addresses; the host runs where
 * virtual is physical. */
struct audit_places {
    struct range text; /* the host's code */
    uint64_t vmcs;     /* the region of this VMCS */
    /* Memory in other use: the hypervisor's code, data, stacks and page tables, the guest's pages.
     */
    const struct range *taken;
    unsigned taken_count;
};

/* What is audited, and what the rules may know besides. */
struct audit_input {
    const struct vmcs_image *image;
    const struct vmx_caps *caps;
    /* Reads `size` bytes of host-physical memory that the VMCS points to; false where it cannot.
     * NULL where no memory is at hand: rules about what is in memory are then not asked. */
    bool (*read)(void *context, uint64_t address, void *bytes, size_t size);
    void *context;
    const struct audit_places *places; /* NULL where they are not known */
    bool without_warnings;             /* ask only what a processor checks */
};

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
