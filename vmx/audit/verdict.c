/* Comparing the audit's prediction with the processor's answer. */
#include "vmx/audit/verdict.h"

#include "lib/bits.h"
#include "vmx/audit/rule.h"
#include "vmx/audit/rules_control.h"
#include "vmx/exit_reason.h"

enum { ERROR_BLOCKED = 26 };

/* vmx/audit/deviations.def, one table for each kind of row. */
struct unenforced {
    enum judge judge;
    enum audit_rule_id rule;
    uint64_t (*where)(struct audit *a);
};
struct answers {
    enum judge judge;
    enum audit_rule_id rule;
    struct entry_answer answer;
};
struct refuses {
    enum judge judge;
    uint64_t (*bits)(struct audit *a);
    struct entry_answer answer;
};
struct lenient {
    uint64_t (*bits)(struct audit *a);
    struct entry_answer answer;
};
struct overlooks {
    enum judge judge;
    uint64_t (*where)(struct audit *a);
};
struct not_tried {
    enum judge judge;
    uint64_t (*bits)(struct audit *a);
};

#define FUNCTION(name, expression)                                                                 \
    static uint64_t name(struct audit *a)                                                          \
    {                                                                                              \
        (void)a;                                                                                   \
        return (expression);                                                                       \
    }
#define UNENFORCED(judge, rule, expression, reason)                                                \
    FUNCTION(unenforced_##judge##_##rule, expression)
#define ANSWERS(judge, rule, outcome, number, qualification, reason)
#define REFUSES(judge, id, expression, outcome, number, qualification, reason)                     \
    FUNCTION(refuses_##judge##_##id, expression)
#define OVERLOOKS(judge, id, expression, reason) FUNCTION(overlooks_##judge##_##id, expression)
#define LENIENT(id, expression, outcome, number, qualification, reason)                            \
    FUNCTION(lenient_##id, expression)
#define NOT_TRIED(judge, id, expression, reason) FUNCTION(not_tried_##judge##_##id, expression)
#include "vmx/audit/deviations.def"
#undef FUNCTION
#undef UNENFORCED
#undef ANSWERS
#undef REFUSES
#undef OVERLOOKS
#undef LENIENT
#undef NOT_TRIED

/* Each table takes its own rows. */
#define UNENFORCED(judge, rule, expression, reason)
#define ANSWERS(judge, rule, outcome, number, qualification, reason)
#define REFUSES(judge, id, expression, outcome, number, qualification, reason)
#define OVERLOOKS(judge, id, expression, reason)
#define LENIENT(id, expression, outcome, number, qualification, reason)
#define NOT_TRIED(judge, id, expression, reason)

#undef UNENFORCED
#define UNENFORCED(judge, rule, expression, reason)                                                \
    {JUDGE_##judge, RULE_##rule, unenforced_##judge##_##rule},
static const struct unenforced unenforced[] = {
#include "vmx/audit/deviations.def"
};
#undef UNENFORCED
#define UNENFORCED(judge, rule, expression, reason)

#undef ANSWERS
#define ANSWERS(judge, rule, outcome, number, qualification, reason)                               \
    {JUDGE_##judge, RULE_##rule, {outcome, number, qualification}},
static const struct answers answers[] = {
#include "vmx/audit/deviations.def"
};
#undef ANSWERS
#define ANSWERS(judge, rule, outcome, number, qualification, reason)

#undef REFUSES
#define REFUSES(judge, id, expression, outcome, number, qualification, reason)                     \
    {JUDGE_##judge, refuses_##judge##_##id, {outcome, number, qualification}},
static const struct refuses refuses[] = {
#include "vmx/audit/deviations.def"
};
#undef REFUSES
#define REFUSES(judge, id, expression, outcome, number, qualification, reason)

#undef OVERLOOKS
#define OVERLOOKS(judge, id, expression, reason) {JUDGE_##judge, overlooks_##judge##_##id},
static const struct overlooks overlooks[] = {
#include "vmx/audit/deviations.def"
};
#undef OVERLOOKS
#define OVERLOOKS(judge, id, expression, reason)

#undef LENIENT
#define LENIENT(id, expression, outcome, number, qualification, reason)                            \
    {lenient_##id, {outcome, number, qualification}},
static const struct lenient lenient[] = {
#include "vmx/audit/deviations.def"
};
#undef LENIENT
#define LENIENT(id, expression, outcome, number, qualification, reason)

#undef NOT_TRIED
#define NOT_TRIED(judge, id, expression, reason) {JUDGE_##judge, not_tried_##judge##_##id},
static const struct not_tried not_tried[] = {
#include "vmx/audit/deviations.def"
};

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[VERDICTS] = {
        [VERDICT_AGREED] = "agreed",           [VERDICT_ORDER] = "order",
        [VERDICT_FALSE_ALARM] = "false_alarm", [VERDICT_MISS] = "miss",
        [VERDICT_DIFFERS] = "differs",         [VERDICT_DEVIATION] = "deviation",
        [VERDICT_LENIENT] = "lenient",
    };
    return names[verdict];
}

static enum reach reach_of(struct entry_answer answer)
{
    if (answer.outcome == ENTRY_ENTERED)
        return REACH_ENTRY;
    if (answer.outcome != ENTRY_FAILURE_EXIT)
        return answer.number == ERROR_BLOCKED ? REACH_NOTHING : REACH_CONTROLS;
    return answer.number == REASON_ENTRY_FAILURE_GUEST_STATE ? REACH_GUEST : REACH_MSRS;
}

/* Whether what a row says of a judge counts here; guest: it is about guest state. */
static bool counts(const struct attempt *this, enum judge judge, bool guest)
{
    return (this->judges.all | (guest ? this->judges.guest : 0)) & BIT(judge);
}

static bool about_guest(enum audit_rule_id rule)
{
    return audit_rules[rule].area != AREA_CONTROL && audit_rules[rule].area != AREA_HOST;
}

/* Whether a row's expression applies to the VMCS in question. */
static bool applies(const struct attempt *this, uint64_t (*expression)(struct audit *a))
{
    struct audit a = {.input = this->input};
    return expression(&a) != 0 && !a.unknown;
}

static bool overlooks_guest(const struct attempt *this)
{
    for (unsigned i = 0; i < ARRAY_COUNT(overlooks); i++) {
        if (counts(this, overlooks[i].judge, false) && applies(this, overlooks[i].where))
            return true;
    }
    return false;
}

/* What a finding makes these judges answer. */
static struct entry_answer deviating_answer(const struct attempt *this,
                                            const struct audit_finding *finding)
{
    for (unsigned i = 0; i < ARRAY_COUNT(unenforced); i++) {
        if (counts(this, unenforced[i].judge, about_guest(finding->rule)) &&
            unenforced[i].rule == finding->rule && applies(this, unenforced[i].where))
            return (struct entry_answer){ENTRY_ENTERED, 0, 0};
    }
    if (audit_rules[finding->rule].area == AREA_GUEST && overlooks_guest(this))
        return (struct entry_answer){ENTRY_ENTERED, 0, 0};
    for (unsigned i = 0; i < ARRAY_COUNT(answers); i++) {
        if (counts(this, answers[i].judge, about_guest(finding->rule)) &&
            answers[i].rule == finding->rule)
            return answers[i].answer;
    }
    return audit_answer(finding);
}

/* The shortest reach of all expected answers, and whether the processor's answer is one of these.
 */
struct expectation {
    enum reach reach;
    bool met;
};

static void expect(struct expectation *expectation, struct entry_answer expected,
                   struct entry_answer processor)
{
    enum reach reach = reach_of(expected);
    if (reach < expectation->reach)
        *expectation = (struct expectation){.reach = reach};
    if (reach == expectation->reach)
        expectation->met |= answer_equal(expected, processor);
}

static struct expectation expect_by_manual(const struct attempt *this,
                                           struct entry_answer processor)
{
    struct expectation expectation = {REACH_ENTRY, processor.outcome == ENTRY_ENTERED};
    for (unsigned i = 0; i < this->audit->failed; i++)
        expect(&expectation, audit_answer(&this->audit->finding[i]), processor);
    return expectation;
}

/* Not for attempt_reach(): a processor may just as well go on. */
static void expect_more_than_asked(const struct attempt *this, struct expectation *expectation,
                                   struct entry_answer processor)
{
    for (unsigned i = 0; i < ARRAY_COUNT(lenient); i++) {
        if (applies(this, lenient[i].bits))
            expect(expectation, lenient[i].answer, processor);
    }
}

static struct expectation expect_deviating(const struct attempt *this,
                                           struct entry_answer processor)
{
    struct expectation expectation = {REACH_ENTRY, processor.outcome == ENTRY_ENTERED};
    for (unsigned i = 0; i < this->audit->failed; i++)
        expect(&expectation, deviating_answer(this, &this->audit->finding[i]), processor);
    for (unsigned i = 0; i < ARRAY_COUNT(refuses); i++) {
        bool guest = refuses[i].answer.outcome == ENTRY_FAILURE_EXIT;
        if (guest && overlooks_guest(this))
            continue;
        if (counts(this, refuses[i].judge, guest) && applies(this, refuses[i].bits))
            expect(&expectation, refuses[i].answer, processor);
    }
    return expectation;
}

enum reach attempt_reach(const struct attempt *this)
{
    return expect_deviating(this, (struct entry_answer){ENTRY_ENTERED, 0, 0}).reach;
}

enum verdict attempt_judge(const struct attempt *this, struct entry_answer processor)
{
    struct expectation expectation = expect_by_manual(this, processor);
    if (answer_equal(processor, audit_predict(this->audit)))
        return VERDICT_AGREED;
    if (expectation.met)
        return VERDICT_ORDER;
    expect_more_than_asked(this, &expectation, processor);
    if (expectation.met)
        return VERDICT_LENIENT;
    expectation = expect_deviating(this, processor);
    if (expectation.met)
        return VERDICT_DEVIATION;
    expect_more_than_asked(this, &expectation, processor);
    if (expectation.met)
        return VERDICT_DEVIATION;
    if (processor.outcome == ENTRY_ENTERED)
        return VERDICT_FALSE_ALARM;
    return audit_first(this->audit) ? VERDICT_DIFFERS : VERDICT_MISS;
}

bool attempt_loses(const struct attempt *this)
{
    for (unsigned i = 0; i < ARRAY_COUNT(not_tried); i++) {
        if (counts(this, not_tried[i].judge, true) && applies(this, not_tried[i].bits))
            return true;
    }
    return false;
}
