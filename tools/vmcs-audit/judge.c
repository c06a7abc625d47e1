/* Auditing an input. */
#include "tools/vmcs-audit/judge.h"

#include "lib/bits.h"

#define EXIT_REASON_ENTRY_FAILURE BIT(31)

/* The exit reason of a VMCS whose entry failed while the guest was loaded is the processor's answer
 * (SDM Vol 3C §26.8). One without bit 31 is of an exit before. */
static void find_answer(struct judgement *judgement)
{
    uint64_t reason = image_get(&judgement->image, EXIT_REASON);
    judgement->answered =
        reason & EXIT_REASON_ENTRY_FAILURE && judgement->image.known[EXIT_QUALIFICATION.index];
    if (judgement->answered)
        judgement->answer = (struct entry_answer){
            .outcome = ENTRY_FAILURE_EXIT,
            .number = (uint32_t)bits_get(reason, 15, 0),
            .qualification = image_get(&judgement->image, EXIT_QUALIFICATION),
        };
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
    find_answer(judgement);
}

unsigned judgement_errors(const struct judgement *judgement)
{
    return judgement->audit.failed - judgement->audit.warnings;
}

unsigned judgement_not_asked(const struct judgement *judgement)
{
    return AUDIT_RULES - judgement->audit.checks;
}
