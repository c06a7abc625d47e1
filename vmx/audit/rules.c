/* Makes the functions and the table of the audit's rules from vmx/audit/rules.def. */
#include "vmx/audit/rules.h"

#include "vmx/audit/rule.h"
#include "vmx/audit/rules_control.h"
#include "vmx/audit/rules_guest.h"
#include "vmx/audit/rules_host.h"
#include "vmx/audit/rules_msr.h"
#include "vmx/audit/rules_warning.h"

#define RULE(id, area, section, field, bits, holds, breaks, why, fix)                              \
    static uint64_t bits_##id(struct audit *a)                                                     \
    {                                                                                              \
        return (bits);                                                                             \
    }
#include "vmx/audit/rules.def"
#undef RULE

const struct audit_rule audit_rules[AUDIT_RULES] = {
#define RULE(id, area, section, field, bits, holds, breaks, why, fix)                              \
    {#id, section, AREA_##area, FIELD_##field, holds, breaks, why, fix, bits_##id},
#include "vmx/audit/rules.def"
#undef RULE
};

uint64_t audit_ask(enum audit_rule_id rule, struct audit *a)
{
    return audit_rules[rule].bits(a);
}
