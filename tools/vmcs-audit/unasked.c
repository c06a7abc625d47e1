/* Finds the input that unchecked rules need. */
#include "tools/vmcs-audit/unasked.h"

#include "lib/fmt.h"
#include "vmx/audit/rule.h"

/* An evaluation of one rule. The image changes between evaluations. */
struct question {
    struct vmcs_image image;
    struct audit_input input;
    struct audit audit;
    bool unknown_before_read; /* the rule used an unknown field before it read memory */
    bool read;                /* the rule read memory */
    uint64_t address;         /* address of the first read */
};

/* Records the first read of memory. Always fails, because any value would influence the rule. */
static bool note_read(void *context, uint64_t address, void *bytes, size_t size)
{
    struct question *question = context;
    (void)bytes;
    (void)size;
    if (!question->read) {
        question->unknown_before_read = question->audit.unknown;
        question->address = address;
    }
    question->read = true;
    return false;
}

static void ask(struct question *question, enum audit_rule_id rule,
                const struct audit_places *places)
{
    question->input.image = &question->image;
    question->input.read = note_read;
    question->input.context = question;
    question->input.places = places;
    question->read = false;
    question->audit = (struct audit){.input = &question->input};
    (void)audit_ask(rule, &question->audit);
    if (!question->read)
        question->unknown_before_read = question->audit.unknown;
}

/* Finds the fields and memory that the rule needs and the input lacks. Evaluates the rule once for
 * each missing field, with all other fields known. If the rule then uses something unknown before
 * it reads memory, it needs this field. The other missing fields count as 0, so a need that depends
 * on another value of theirs is not found. */
static bool find_lacking(const struct judgement *judgement, const struct vmx_caps *caps,
                         struct unasked *unasked)
{
    static const struct audit_places somewhere;
    struct question question = {.image = judgement->image, .input = {.caps = caps}};
    bool fields = false;
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        question.image.known[i] = true;
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (judgement->image.known[i] || !field_exists(field_at(i), caps))
            continue;
        question.image.known[i] = false;
        ask(&question, unasked->rule, &somewhere);
        unasked->field[i] = question.unknown_before_read;
        fields = fields || question.unknown_before_read;
        question.image.known[i] = true;
    }
    ask(&question, unasked->rule, &somewhere);
    unasked->memory = question.read;
    unasked->address = question.read ? question.address : 0;
    ask(&question, unasked->rule, NULL);
    unasked->place = question.unknown_before_read;
    return fields || unasked->memory || unasked->place;
}

static bool was_asked(const struct judgement *judgement, const struct vmx_caps *caps,
                      enum audit_rule_id rule)
{
    struct audit_input input = {.image = &judgement->image, .caps = caps};
    struct audit audit = {.input = &input};
    (void)audit_ask(rule, &audit);
    return !audit.unknown;
}

bool unasked_next(const struct judgement *judgement, const struct vmx_caps *caps,
                  struct unasked *unasked)
{
    for (unsigned i = unasked->rule; i < AUDIT_RULES; i++) {
        *unasked = (struct unasked){.rule = (enum audit_rule_id)i};
        if (audit_rules[i].area != AREA_WARNING && !was_asked(judgement, caps, unasked->rule) &&
            find_lacking(judgement, caps, unasked))
            return true;
    }
    return false;
}

bool unasked_could_explain(const struct judgement *judgement, const struct unasked *unasked)
{
    struct entry_answer answer = audit_answer(&(struct audit_finding){.rule = unasked->rule});
    /* The number of the failing entry in the MSR-load area is not known, so any number matches. */
    if (audit_rules[unasked->rule].area == AREA_MSR_LOAD)
        answer.qualification = judgement->answer.qualification;
    return answer_equal(answer, judgement->answer);
}

void unasked_print(const struct unasked *unasked, struct out *out)
{
    const char *comma = "";
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (!unasked->field[i])
            continue;
        fmt_print(out, "%s%s", comma, field_name(field_at(i)));
        comma = ", ";
    }
    if (unasked->memory && unasked->address != 0)
        fmt_print(out, "%smemory at 0x%llx", comma, (unsigned long long)unasked->address);
    else if (unasked->memory)
        fmt_print(out, "%smemory", comma);
    if (unasked->place)
        fmt_print(out, "%sthe address of the VMCS", *comma || unasked->memory ? ", " : "");
}
