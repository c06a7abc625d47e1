/* Prints the result as a readable report. */
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
        fmt_print(out, " in the last of %u VMCSs", input->shown);
    fmt_print(out, "\nProcessor: %s; %u physical and %u linear address bits\n", report->caps_origin,
              (unsigned)report->caps->physical_bits, (unsigned)report->caps->linear_bits);
}

static void print_lacking(const struct judgement *judgement, struct out *out)
{
    if (judgement->lacking_count == 0)
        return;
    fmt_print(out, "Not audited, because this processor lacks the fields:");
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
    fmt_print(out, "    %s = 0x%llx, wrong bits 0x%llx\n", audit_field_name(rule),
              (unsigned long long)finding->value, (unsigned long long)finding->bits);
    fmt_print(out, "    rule: %s\n", rule->why);
    if (judgement->refuted[index]) {
        fmt_print(out, "    but:  the processor passed this check and failed a later one: its "
                       "capabilities differ from the given ones, or the rule is wrong\n");
    } else {
        fmt_print(out, "    fix:  %s\n", rule->fix);
    }
}

static void print_counts(const struct judgement *judgement, struct out *out)
{
    unsigned errors = judgement_errors(judgement), warnings = judgement->audit.warnings;
    unsigned not_asked = judgement_not_asked(judgement);
    fmt_print(out, "\n%u error%s, %u warning%s", errors, plural(errors), warnings,
              plural(warnings));
    if (judgement->refuted_count > 0)
        fmt_print(out, ", %u refuted", judgement->refuted_count);
    fmt_print(out, "; checked %u of %u rules", judgement->audit.checks, (unsigned)AUDIT_RULES);
    if (not_asked > 0)
        fmt_print(out, ", the input lacks fields or memory for %u", not_asked);
    fmt_print(out, "\n");
}

static void print_answers(const struct judgement *judgement, struct out *out)
{
    struct entry_answer predicted = judgement_predict(judgement);
    fmt_print(out, "Predicted answer of the processor: ");
    answer_print(predicted, out);
    /* An unchecked rule may fail first and change the answer. */
    fmt_print(out, "%s\n",
              judgement_not_asked(judgement) > 0 ? " (according to the checked rules)" : "");
    if (!judgement->refused)
        return;
    fmt_print(out, "Actual answer of the processor:    ");
    answer_print(judgement->answer, out);
    fmt_print(out, "%s\n", answer_equal(predicted, judgement->answer) ? "" : " (different)");
}

/* If the audit does not explain the processor's answer, lists the rules that may explain it. */
static void print_unexplained(const struct report *report, struct out *out)
{
    struct unasked unasked = {0};
    unsigned candidates = 0, others = 0;
    if (!judgement_unexplained(report->judgement))
        return;
    fmt_print(out, "\nThe processor refused the VM entry, and no checked rule explains it.\n");
    while (unasked_next(report->judgement, report->caps, &unasked)) {
        if (unasked_could_explain(report->judgement, &unasked)) {
            if (candidates++ == 0)
                fmt_print(out, "Unchecked rules that would explain it, and the input they need:\n");
            fmt_print(out, "    %s: ", audit_rules[unasked.rule].id);
            unasked_print(&unasked, out);
            fmt_print(out, "\n");
        } else {
            others++;
        }
        unasked.rule++;
    }
    if (candidates == 0) {
        fmt_print(out, "All rules with this answer were checked. Either the capabilities belong to "
                       "another processor,\nor a rule is wrong or missing; please report this "
                       "input.\n");
    }
    if (others > 0) {
        fmt_print(out, "%u more unchecked rules have another answer (--json lists them).\n",
                  others);
    }
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
