/* Prints the findings of the audit as `audit` lines. */
#include "vmx/audit/report.h"

static void report_finding(const struct audit_finding *finding, struct line *line)
{
    const struct audit_rule *rule = &audit_rules[finding->rule];
    line_begin(line, "audit");
    line_name(line, "id", rule->id);
    line_name(line, "sdm", rule->section);
    line_name(line, "field", audit_field_name(rule));
    line_hex(line, "value", finding->value);
    line_text(line, "why", "%s", rule->why);
    line_text(line, "fix", "%s", rule->fix);
    line_hex(line, "bits", finding->bits);
    line_name(line, "kind", rule->area == AREA_WARNING ? "warning" : "error");
    line_end(line);
}

void report_audit(const struct audit_result *result, struct line *line)
{
    for (unsigned i = 0; i < result->failed; i++)
        report_finding(&result->finding[i], line);
    line_begin(line, "audit");
    line_decimal(line, "checks", result->checks);
    line_decimal(line, "failed", result->failed - result->warnings);
    line_decimal(line, "warnings", result->warnings);
    line_end(line);
}
