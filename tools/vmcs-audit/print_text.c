/* The report for people. */
#include "tools/vmcs-audit/print.h"

#include "lib/fmt.h"

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

static void print_finding(const struct audit_finding *finding, struct out *out)
{
    const struct audit_rule *rule = &audit_rules[finding->rule];
    fmt_print(out, "\n%s: %s (SDM Vol 3C, section %s)\n",
              rule->area == AREA_WARNING ? "warning" : "error", rule->id, rule->section);
    fmt_print(out, "    %s = 0x%llx, at fault 0x%llx\n", field_name(field_at(rule->field)),
              (unsigned long long)finding->value, (unsigned long long)finding->bits);
    fmt_print(out, "    rule: %s\n    fix:  %s\n", rule->why, rule->fix);
}

static void print_counts(const struct judgement *judgement, struct out *out)
{
    unsigned errors = judgement_errors(judgement), warnings = judgement->audit.warnings;
    unsigned not_asked = judgement_not_asked(judgement);
    fmt_print(out, "\n%u error%s, %u warning%s; %u of %u rules asked", errors, plural(errors),
              warnings, plural(warnings), judgement->audit.checks, (unsigned)AUDIT_RULES);
    if (not_asked > 0)
        fmt_print(out, ", %u not: they need fields or memory that are not given", not_asked);
    fmt_print(out, "\n");
}

static void print_answers(const struct judgement *judgement, struct out *out)
{
    struct entry_answer predicted = audit_predict(&judgement->audit);
    fmt_print(out, "The processor will answer: ");
    answer_print(predicted, out);
    /* A rule that was not asked may be broken, and be the one that the processor meets first. */
    fmt_print(out, "%s\n", judgement_not_asked(judgement) > 0 ? ", as far as was asked" : "");
    if (!judgement->answered)
        return;
    fmt_print(out, "The processor did answer:  ");
    answer_print(judgement->answer, out);
    fmt_print(out, "%s\n", answer_equal(predicted, judgement->answer) ? "" : " (not the same)");
}

void print_text(const struct report *report, struct out *out)
{
    const struct audit_result *result = &report->judgement->audit;
    print_head(report, out);
    print_lacking(report->judgement, out);
    for (unsigned i = 0; i < result->failed; i++)
        print_finding(&result->finding[i], out);
    print_counts(report->judgement, out);
    print_answers(report->judgement, out);
}
