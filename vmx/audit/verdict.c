/* Comparing the audit's prediction with the processor's answer. */
#include "vmx/audit/verdict.h"

#include "lib/bits.h"
#include "vmx/audit/rule.h"
#include "vmx/audit/rules_control.h"
#include "vmx/exit_reason.h"

enum { ERROR_BLOCKED = 26 };

/* A row of vmx/audit/deviations.def. */
struct deviation {
    enum judge judge;
    unsigned rule; /* enum audit_rule_id, or one of those below */
    uint64_t (*where)(struct audit *a);
    bool loses; /* there is no answer: the machine is lost */
    struct entry_answer answer;
};

/* In the place of a rule: every rule of the area GUEST, or no broken rule at all. */
enum { RULE_guest_area = AUDIT_RULES, RULE_none };

/* The answers, by their names in the table. */
#define ANSWER_ENTERS                       .answer = {ENTRY_ENTERED, 0, 0}
#define ANSWER_FAILS(error)                 .answer = {ENTRY_FAIL_VALID, error, 0}
#define ANSWER_EXITS(reason, qualification) .answer = {ENTRY_FAILURE_EXIT, reason, qualification}
#define ANSWER_LOSES                        .loses = true

/* The expression of a row becomes a function, named by the line of the row: where_57(). */
#define WHERE_NAME(line) where_##line
#define WHERE_AT(line)   WHERE_NAME(line)
#define WHERE_HERE       WHERE_AT(__LINE__)

#define DEVIATION(judge, rule, where, answer, reason)                                              \
    static uint64_t WHERE_HERE(struct audit *a)                                                    \
    {                                                                                              \
        (void)a;                                                                                   \
        return (where);                                                                            \
    }
#include "vmx/audit/deviations.def"
#undef DEVIATION

static const struct deviation deviations[] = {
#define DEVIATION(judge, rule, where, answer, reason)                                              \
    {JUDGE_##judge, RULE_##rule, WHERE_HERE, ANSWER_##answer},
#include "vmx/audit/deviations.def"
#undef DEVIATION
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

static bool is_guest_state(const struct deviation *row)
{
    if (row->loses || row->rule == RULE_guest_area)
        return true;
    if (row->rule == RULE_none)
        return row->answer.outcome == ENTRY_FAILURE_EXIT;
    enum audit_area area = audit_rules[row->rule].area;
    return area != AREA_CONTROL && area != AREA_HOST;
}

/* Whether a row is about a judge of this entry. */
static bool counts(const struct attempt *this, const struct deviation *row)
{
    uint64_t judges = this->judges.all | (is_guest_state(row) ? this->judges.guest : 0);
    return row->judge == JUDGE_ANY || (judges & BIT(row->judge));
}

static bool applies(const struct attempt *this, const struct deviation *row)
{
    struct audit a = {.input = this->input};
    return counts(this, row) && row->where(&a) != 0 && !a.unknown;
}

/* What these judges answer to a broken rule: what the first row says that applies, else what the
 * manual says. */
static struct entry_answer deviating_answer(const struct attempt *this,
                                            const struct audit_finding *finding)
{
    bool is_guest_area = audit_rules[finding->rule].area == AREA_GUEST;
    for (unsigned i = 0; i < ARRAY_COUNT(deviations); i++) {
        const struct deviation *row = &deviations[i];
        if ((row->rule == finding->rule || (row->rule == RULE_guest_area && is_guest_area)) &&
            applies(this, row))
            return row->answer;
    }
    return audit_answer(finding);
}

/* Whether these judges enter without a look at the guest. */
static bool overlooks_guest(const struct attempt *this)
{
    for (unsigned i = 0; i < ARRAY_COUNT(deviations); i++) {
        if (deviations[i].rule == RULE_guest_area && applies(this, &deviations[i]))
            return true;
    }
    return false;
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

/* What any processor may refuse. Not for attempt_reach(): it may as well go on. */
static void expect_more_than_asked(const struct attempt *this, struct expectation *expectation,
                                   struct entry_answer processor)
{
    for (unsigned i = 0; i < ARRAY_COUNT(deviations); i++) {
        if (deviations[i].judge == JUDGE_ANY && applies(this, &deviations[i]))
            expect(expectation, deviations[i].answer, processor);
    }
}

/* What these judges refuse though no rule is broken. */
static void expect_refusals(const struct attempt *this, struct expectation *expectation,
                            struct entry_answer processor)
{
    bool overlooked = overlooks_guest(this);
    for (unsigned i = 0; i < ARRAY_COUNT(deviations); i++) {
        const struct deviation *row = &deviations[i];
        if (row->rule != RULE_none || row->judge == JUDGE_ANY || row->loses ||
            (overlooked && is_guest_state(row)))
            continue;
        if (applies(this, row))
            expect(expectation, row->answer, processor);
    }
}

static struct expectation expect_deviating(const struct attempt *this,
                                           struct entry_answer processor)
{
    struct expectation expectation = {REACH_ENTRY, processor.outcome == ENTRY_ENTERED};
    for (unsigned i = 0; i < this->audit->failed; i++)
        expect(&expectation, deviating_answer(this, &this->audit->finding[i]), processor);
    expect_refusals(this, &expectation, processor);
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
    for (unsigned i = 0; i < ARRAY_COUNT(deviations); i++) {
        if (deviations[i].loses && applies(this, &deviations[i]))
            return true;
    }
    return false;
}
