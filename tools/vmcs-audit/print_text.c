/* The report for people. */
#include "tools/vmcs-audit/print.h"

#include "lib/fmt.h"
#include "tools/vmcs-audit/unasked.h"

static const char *plural(unsigned count)
{
    return count == 1 ? "" : "s";
}

static void print_head(const struct report *report, struct out *out)
{
    const struct input *input = report->input;
    unsigned fields = input_fields(input);
    fmt_print(out, "%s: %s, %u field%s", report->name, input_format_name(input->format), fields,
              plural(fields));
    if (input->shown > 1)
        fmt_print(out, " of the last of %u VMCSs", input->shown);
    fmt_print(out, "\nProcessor: %s; addresses of %u physical and %u linear bits\n",
              report->caps_origin, (unsigned)report->caps->physical_bits,
              (unsigned)report->caps->linear_bits);
}

static void print_lacking(const struct judgement *judgement, struct out *out)
{
    if (judgement->lacking_count == 0)
        return;
    fmt_print(out, "Not on this processor, and so not audited:");
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (judgement->lacking[i])
            fmt_print(out, " %s", field_name(field_at(i)));
    }
    fmt_print(out, "\n");
}

static void print_finding(const struct judgement *judgement, unsigned index, struct out *out)
{
    const struct audit_finding *finding = &judgement->audit.finding[index];
    const struct audit_rule *rule = &audit_rules[finding->rule];
    fmt_print(out, "\n%s: %s (SDM Vol 3C, section %s)\n", judgement_kind(judgement, index),
              rule->id, rule->section);
    fmt_print(out, "    %s = 0x%llx, at fault 0x%llx\n", audit_field_name(rule),
              (unsigned long long)finding->value, (unsigned long long)finding->bits);
    fmt_print(out, "    rule: %s\n", rule->why);
    if (judgement->refuted[index])
        fmt_print(out, "    but:  the processor refused for a later check, so it let this pass: it "
                       "has other capabilities, or the rule is wrong\n");
    else
        fmt_print(out, "    fix:  %s\n", rule->fix);
}

static void print_counts(const struct judgement *judgement, struct out *out)
{
    unsigned errors = judgement_errors(judgement), warnings = judgement->audit.warnings;
    unsigned not_asked = judgement_not_asked(judgement);
    fmt_print(out, "\n%u error%s, %u warning%s", errors, plural(errors), warnings,
              plural(warnings));
    if (judgement->refuted_count > 0)
        fmt_print(out, ", %u refuted", judgement->refuted_count);
    fmt_print(out, "; %u of %u rules asked", judgement->audit.checks, (unsigned)AUDIT_RULES);
    if (not_asked > 0)
        fmt_print(out, ", %u not: they need fields or memory that are not given", not_asked);
    fmt_print(out, "\n");
}

static void print_answers(const struct judgement *judgement, struct out *out)
{
    struct entry_answer predicted = judgement_predict(judgement);
    fmt_print(out, "The processor will answer: ");
    answer_print(predicted, out);
    /* A rule that was not asked may be broken, and be the one that the processor meets first. */
    fmt_print(out, "%s\n", judgement_not_asked(judgement) > 0 ? ", as far as was asked" : "");
    if (!judgement->refused)
        return;
    fmt_print(out, "The processor did answer:  ");
    answer_print(judgement->answer, out);
    fmt_print(out, "%s\n", answer_equal(predicted, judgement->answer) ? "" : " (not the same)");
}

/* Where the processor refused and the audit does not know why: what may still be the reason. */
static void print_unexplained(const struct report *report, struct out *out)
{
    struct unasked unasked = {0};
    unsigned could = 0, others = 0;
    if (!judgement_unexplained(report->judgement))
        return;
    fmt_print(out, "\nThe processor refused the entry, and none of the rules asked explains it.\n");
    while (unasked_next(report->judgement, report->caps, &unasked)) {
        if (unasked_could_explain(report->judgement, &unasked)) {
            if (could++ == 0)
                fmt_print(out, "Rules with this answer that could not be asked, and what lacks:\n");
            fmt_print(out, "    %s: ", audit_rules[unasked.rule].id);
            unasked_print(&unasked, out);
            fmt_print(out, "\n");
        } else {
            others++;
        }
        unasked.rule++;
    }
    if (could == 0)
        fmt_print(out,
                  "All rules with this answer were asked: either the capabilities are not those "
                  "of that processor,\nor the audit is wrong or lacks a rule; please report "
                  "that, with this input.\n");
    if (others > 0)
        fmt_print(out, "%u more could not be asked, but have another answer (--json lists them).\n",
                  others);
}

void print_text(const struct report *report, struct out *out)
{
    print_head(report, out);
    print_lacking(report->judgement, out);
    for (unsigned i = 0; i < report->judgement->audit.failed; i++)
        print_finding(report->judgement, i, out);
    print_counts(report->judgement, out);
    print_answers(report->judgement, out);
    print_unexplained(report, out);
}
