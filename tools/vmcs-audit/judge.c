/* Audits an input and compares the findings with the processor's answer. */
#include "tools/vmcs-audit/judge.h"

#include "lib/bits.h"
#include "vmx/exit_reason.h"

/* Finds the processor's answer in the input. If the VM entry failed while loading guest state, the
 * exit reason in the VMCS is the answer (SDM Vol 3C §26.8). An exit reason without bit 31 belongs
 * to an earlier VM exit. */
static void find_answer(const struct input *input, struct judgement *judgement)
{
    uint64_t reason = image_get(&judgement->image, EXIT_REASON);
    judgement->refused = input->refused || (reason & EXIT_REASON_ENTRY_FAILURE &&
                                            judgement->image.known[EXIT_QUALIFICATION.index]);
    if (input->refused) {
        judgement->answer = input->refusal;
    } else if (judgement->refused) {
        judgement->answer = (struct entry_answer){
            .outcome = ENTRY_FAILURE_EXIT,
            .number = (uint32_t)bits_get(reason, 15, 0),
            .qualification = image_get(&judgement->image, EXIT_QUALIFICATION),
        };
    }
}

/* Returns the stage of VM entry that gives an answer. The stages follow each other: 0 checks
 * controls and host state (SDM Vol 3C §26.1, §26.2), 1 guest state (§26.3), 2 the MSRs to load
 * (§26.4). */
static unsigned stage(struct entry_answer answer)
{
    if (answer.outcome != ENTRY_FAILURE_EXIT)
        return 0;
    return answer.number == REASON_ENTRY_FAILURE_GUEST_STATE   ? 1
           : answer.number == REASON_ENTRY_FAILURE_MSR_LOADING ? 2
                                                               : 0;
}

static bool is_warning(const struct audit_finding *finding)
{
    return audit_rules[finding->rule].area == AREA_WARNING;
}

static void find_refuted(struct judgement *judgement)
{
    for (unsigned i = 0; judgement->refused && i < judgement->audit.failed; i++) {
        const struct audit_finding *finding = &judgement->audit.finding[i];
        judgement->refuted[i] =
            !is_warning(finding) && stage(audit_answer(finding)) < stage(judgement->answer);
        judgement->refuted_count += judgement->refuted[i];
    }
}

void judge(const struct input *input, const struct vmx_caps *caps, struct judgement *judgement)
{
    *judgement = (struct judgement){.image = input->image};
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (judgement->image.known[i] && !field_exists(field_at(i), caps)) {
            judgement->image.known[i] = false;
            judgement->image.value[i] = 0;
            judgement->lacking[i] = true;
            judgement->lacking_count++;
        }
    }
    struct audit_input audited = {.image = &judgement->image, .caps = caps};
    audit(&audited, &judgement->audit);
    find_answer(input, judgement);
    find_refuted(judgement);
}

unsigned judgement_errors(const struct judgement *judgement)
{
    return judgement->audit.failed - judgement->audit.warnings - judgement->refuted_count;
}

const char *judgement_kind(const struct judgement *judgement, unsigned index)
{
    return is_warning(&judgement->audit.finding[index]) ? "warning"
           : judgement->refuted[index]                  ? "refuted"
                                                        : "error";
}

struct entry_answer judgement_predict(const struct judgement *judgement)
{
    for (unsigned i = 0; i < judgement->audit.failed; i++) {
        const struct audit_finding *finding = &judgement->audit.finding[i];
        if (!is_warning(finding) && !judgement->refuted[i])
            return audit_answer(finding);
    }
    return (struct entry_answer){ENTRY_ENTERED, 0, 0};
}

bool judgement_unexplained(const struct judgement *judgement)
{
    for (unsigned i = 0; i < judgement->audit.failed; i++) {
        if (answer_equal(audit_answer(&judgement->audit.finding[i]), judgement->answer))
            return false;
    }
    return judgement->refused;
}

unsigned judgement_not_asked(const struct judgement *judgement)
{
    return AUDIT_RULES - judgement->audit.checks;
}
