/* Compares the audit's prediction with the processor's answer. */
#include "vmx/audit/verdict.h"

#include "lib/bits.h"
#include "lib/x86.h"
#include "vmx/audit/rule.h"
#include "vmx/audit/rules_control.h"
#include "vmx/audit/rules_guest.h"
#include "vmx/exit_reason.h"
#include "vmx/state_bits.h"

/* A row of vmx/audit/deviations.def. */
struct deviation {
    enum judge judge;
    unsigned rule; /* enum audit_rule_id, RULE_guest_area or RULE_none */
    uint64_t (*where)(struct audit *a);
    bool crashes; /* the entry crashes the machine, and there is no answer */
    struct entry_answer answer;
};

/* Values of `rule` that are not a rule: any rule of the area GUEST, and no broken rule. */
enum { RULE_guest_area = AUDIT_RULES, RULE_none };

/* The answers, by their names in the table. */
#define ANSWER_ENTERS       .answer = {ENTRY_ENTERED, 0, 0}
#define ANSWER_FAILS(error) .answer = {ENTRY_FAIL_VALID, ERROR_##error, 0}
#define ANSWER_EXITS        .answer = {ENTRY_FAILURE_EXIT, REASON_ENTRY_FAILURE_GUEST_STATE, 0}
#define ANSWER_CRASHES      .crashes = true

/* Defines a function for the expression of each row, named after the line of the row:
 * where_57(). */
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
        return answer.number == ERROR_BLOCKED_BY_MOV_SS ? REACH_NOTHING : REACH_CONTROLS;
    return answer.number == REASON_ENTRY_FAILURE_GUEST_STATE ? REACH_GUEST : REACH_MSRS;
}

/* Returns true if the row deviates in a check of guest state. */
static bool is_guest_state(const struct deviation *row)
{
    if (row->crashes || row->rule == RULE_guest_area)
        return true;
    if (row->rule == RULE_none)
        return row->answer.outcome == ENTRY_FAILURE_EXIT;
    enum audit_area area = audit_rules[row->rule].area;
    return area != AREA_CONTROL && area != AREA_HOST;
}

/* Returns true if the judge of the row is one of the judges of this entry. */
static bool has_judge(const struct attempt *this, const struct deviation *row)
{
    uint64_t judges = this->judges.all | (is_guest_state(row) ? this->judges.guest : 0);
    return row->judge == JUDGE_ANY || (judges & BIT(row->judge));
}

static bool applies(const struct attempt *this, const struct deviation *row)
{
    struct audit a = {.input = this->input};
    return has_judge(this, row) && row->where(&a) != 0 && !a.unknown;
}

/* Returns the answer of these judges to a broken rule: the answer of the first row that applies, or
 * the SDM's answer if no row applies. */
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

/* Returns true if these judges enter without checking the guest state. */
static bool overlooks_guest(const struct attempt *this)
{
    for (unsigned i = 0; i < ARRAY_COUNT(deviations); i++) {
        if (deviations[i].rule == RULE_guest_area && applies(this, &deviations[i]))
            return true;
    }
    return false;
}

struct expectation {
    enum reach reach; /* the shortest reach of all expected answers */
    bool met;         /* the processor's answer is an expected answer with this reach */
};

/* Adds an expected answer. */
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

/* Adds the answers of processors that are stricter than the audit. attempt_reach() does not use
 * this function, because a processor may also enter. */
static void expect_stricter(const struct attempt *this, struct expectation *expectation,
                            struct entry_answer processor)
{
    for (unsigned i = 0; i < ARRAY_COUNT(deviations); i++) {
        if (deviations[i].judge == JUDGE_ANY && applies(this, &deviations[i]))
            expect(expectation, deviations[i].answer, processor);
    }
}

/* Adds the answers that these judges give though no rule is broken. */
static void expect_refusals(const struct attempt *this, struct expectation *expectation,
                            struct entry_answer processor)
{
    bool overlooked = overlooks_guest(this);
    for (unsigned i = 0; i < ARRAY_COUNT(deviations); i++) {
        const struct deviation *row = &deviations[i];
        if (row->rule != RULE_none || row->judge == JUDGE_ANY || row->crashes ||
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
    expect_stricter(this, &expectation, processor);
    if (expectation.met)
        return VERDICT_LENIENT;
    expectation = expect_deviating(this, processor);
    if (expectation.met)
        return VERDICT_DEVIATION;
    expect_stricter(this, &expectation, processor);
    if (expectation.met)
        return VERDICT_DEVIATION;
    if (processor.outcome == ENTRY_ENTERED)
        return VERDICT_FALSE_ALARM;
    return audit_first(this->audit) ? VERDICT_DIFFERS : VERDICT_MISS;
}

bool attempt_crashes(const struct attempt *this)
{
    for (unsigned i = 0; i < ARRAY_COUNT(deviations); i++) {
        if (deviations[i].crashes && applies(this, &deviations[i]))
            return true;
    }
    return false;
}
