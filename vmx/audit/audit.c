/* Asks the rules of the audit and predicts the processor's answer. */
#include "vmx/audit/audit.h"

#include "vmx/audit/rule.h"
#include "vmx/exit_reason.h"

static uint64_t field_value(const struct vmcs_image *image, const struct audit_rule *rule)
{
    return rule->field == FIELD_none ? 0 : image->value[rule->field];
}

void audit(const struct audit_input *input, struct audit_result *result)
{
    /* finding[] is large and needs no clearing. */
    result->checks = result->unasked = result->failed = result->warnings = 0;
    for (unsigned i = 0; i < AUDIT_RULES; i++) {
        const struct audit_rule *rule = &audit_rules[i];
        struct audit a = {.input = input};
        if (input->without_warnings && rule->area == AREA_WARNING)
            continue;
        uint64_t bits = audit_ask((enum audit_rule_id)i, &a);
        if (a.unknown) {
            result->unasked += rule->area != AREA_WARNING;
            continue;
        }
        result->checks++;
        if (bits == 0)
            continue;
        result->finding[result->failed++] = (struct audit_finding){
            .rule = (enum audit_rule_id)i,
            .value = field_value(input->image, rule),
            .bits = bits,
        };
        result->warnings += rule->area == AREA_WARNING;
    }
}

static struct entry_answer vmfail(uint32_t error)
{
    return (struct entry_answer){ENTRY_FAIL_VALID, error, 0};
}

static struct entry_answer failure_exit(uint32_t reason, uint64_t qualification)
{
    return (struct entry_answer){ENTRY_FAILURE_EXIT, reason, qualification};
}

struct entry_answer audit_answer(const struct audit_finding *finding)
{
    switch (audit_rules[finding->rule].area) {
    case AREA_BLOCKED:
        return vmfail(ERROR_BLOCKED_BY_MOV_SS);
    case AREA_CONTROL:
        return vmfail(ERROR_CONTROL_FIELDS);
    case AREA_HOST:
        return vmfail(ERROR_HOST_STATE);
    case AREA_GUEST:
        return failure_exit(REASON_ENTRY_FAILURE_GUEST_STATE, 0);
    case AREA_PDPTE:
        return failure_exit(REASON_ENTRY_FAILURE_GUEST_STATE, 2);
    case AREA_NMI:
        return failure_exit(REASON_ENTRY_FAILURE_GUEST_STATE, 3);
    case AREA_LINK:
        return failure_exit(REASON_ENTRY_FAILURE_GUEST_STATE, 4);
    case AREA_MSR_LOAD: /* the bits at fault are the number of the MSR entry */
        return failure_exit(REASON_ENTRY_FAILURE_MSR_LOADING, finding->bits);
    case AREA_WARNING:
        break;
    }
    return (struct entry_answer){ENTRY_ENTERED, 0, 0};
}

const struct audit_finding *audit_first(const struct audit_result *result)
{
    for (unsigned i = 0; i < result->failed; i++) {
        if (audit_rules[result->finding[i].rule].area != AREA_WARNING)
            return &result->finding[i];
    }
    return NULL;
}

struct entry_answer audit_predict(const struct audit_result *result)
{
    const struct audit_finding *first = audit_first(result);
    return first ? audit_answer(first) : (struct entry_answer){ENTRY_ENTERED, 0, 0};
}
