/* Checks that capabilities from any source are complete enough for an audit. Pure. */
#ifndef TOOLS_VMCS_AUDIT_CAPABILITIES_H
#define TOOLS_VMCS_AUDIT_CAPABILITIES_H

#include "tools/vmcs-audit/problem.h"
#include "vmx/caps.h"

/* Returns true if the value of at least one capability MSR is known. */
bool capabilities_given(const struct vmx_caps *caps);

/* Returns true if the values of all capability MSRs of the processor and both address widths are
 * known. The audit would treat a missing MSR as one that allows nothing and report false errors. */
bool capabilities_check(const struct vmx_caps *caps, struct problem *problem);

/* Reads all capability MSRs with read(), which returns false if it cannot read an MSR. */
void capabilities_read(struct vmx_caps *caps,
                       bool (*read)(void *context, uint32_t msr, uint64_t *value), void *context);

#endif
