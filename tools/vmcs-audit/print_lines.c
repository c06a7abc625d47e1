/* Prints the result as lines of the serial contract (docs/serial.md). */
#include "tools/vmcs-audit/print.h"
#include "vmx/audit/report.h"
#include "vmx/report.h"

void print_lines(const struct report *report, struct out *out)
{
    const struct judgement *judgement = report->judgement;
    struct entry_answer predicted = audit_predict(&judgement->audit);
    struct line line = {.out = out};
    report_audit(&judgement->audit, &line);
    line_begin(&line, "verdict");
    if (judgement->refused)
        report_answer(&line, "processor", judgement->answer);
    report_answer(&line, "audit", predicted);
    if (judgement->refused)
        line_name(&line, "agree", answer_equal(predicted, judgement->answer) ? "yes" : "no");
    line_end(&line);
}
