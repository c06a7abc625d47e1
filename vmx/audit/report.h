/* Prints the findings of the audit as `audit` lines of the log. Pure. */
#ifndef VMX_AUDIT_REPORT_H
#define VMX_AUDIT_REPORT_H

#include "lib/line.h"
#include "vmx/audit/audit.h"

/* Prints one `audit` line for each finding, and one with the counts. */
void report_audit(const struct audit_result *result, struct line *line);

#endif
