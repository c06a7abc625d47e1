/* Comparing the audit's prediction with the processor's answer. */
#include "vmx/fuzz_judge.h"

#include "lib/bits.h"

enum deviation_kind {
    UNENFORCED,
    LOSES,
};

static const struct deviation {
    enum emulator emulator;
    enum deviation_kind kind;
    enum audit_rule_id rule;
} deviations[] = {
#define DEVIATION(emulator, kind, rule, reason) {emulator, kind, RULE_##rule},
#include "tests/deviations.def"
#undef DEVIATION
    {EMULATOR_NONE, UNENFORCED, AUDIT_RULES}, /* C wants at least one */
};

const char *fuzz_verdict_name(enum fuzz_verdict verdict)
{
    static const char *const names[FUZZ_VERDICTS] = {
        [FUZZ_AGREED] = "agreed",   [FUZZ_FALSE_ALARM] = "false_alarm", [FUZZ_MISS] = "miss",
        [FUZZ_DIFFERS] = "differs", [FUZZ_DEVIATION] = "deviation",
    };
    return names[verdict];
}

static bool deviates(enum audit_rule_id rule, enum emulator emulator, bool loses)
{
    for (unsigned i = 0; i < ARRAY_COUNT(deviations); i++) {
        if (deviations[i].rule == rule && deviations[i].emulator == emulator &&
            (!loses || deviations[i].kind == LOSES))
            return true;
    }
    return false;
}

/* The order in which VM entries check: 0, 1, 2; warnings are never checked. */
enum { STAGES = 3 };
static unsigned stage_of(enum audit_area area)
{
    switch (area) {
    case AREA_BLOCKING:
    case AREA_CONTROL:
    case AREA_HOST:
        return 0;
    case AREA_GUEST:
    case AREA_PDPTE:
    case AREA_NMI:
    case AREA_LINK:
        return 1;
    case AREA_MSR_LOAD:
        return 2;
    case AREA_WARNING:
        break;
    }
    return STAGES;
}

/* Whether the findings, less those that the emulator does not enforce if so asked, explain the
 * answer: one of the first stage that has any gives it, or there is none and it entered. */
static bool explains(const struct audit_result *audit, struct entry_answer processor,
                     bool deviating, enum emulator emulator)
{
    for (unsigned stage = 0; stage < STAGES; stage++) {
        bool any = false;
        for (unsigned i = 0; i < audit->failed; i++) {
            const struct audit_finding *finding = &audit->finding[i];
            if (stage_of(audit_rules[finding->rule].area) != stage ||
                (deviating && deviates(finding->rule, emulator, false)))
                continue;
            if (answer_equal(audit_answer(finding), processor))
                return true;
            any = true;
        }
        if (any)
            return false;
    }
    return processor.outcome == ENTRY_ENTERED;
}

enum fuzz_verdict fuzz_judge(const struct audit_result *audit, struct entry_answer processor,
                             enum emulator emulator)
{
    if (explains(audit, processor, false, emulator))
        return FUZZ_AGREED;
    if (explains(audit, processor, true, emulator))
        return FUZZ_DEVIATION;
    if (processor.outcome == ENTRY_ENTERED)
        return FUZZ_FALSE_ALARM;
    return audit_first(audit) ? FUZZ_DIFFERS : FUZZ_MISS;
}

bool fuzz_loses(const struct audit_result *audit, enum emulator emulator)
{
    for (unsigned i = 0; i < audit->failed; i++) {
        if (deviates(audit->finding[i].rule, emulator, true))
            return true;
    }
    return false;
}
