/* Whether capabilities, wherever they are from, are enough to audit with. Pure. */
#ifndef TOOLS_VMCS_AUDIT_CAPABILITIES_H
#define TOOLS_VMCS_AUDIT_CAPABILITIES_H

#include "tools/vmcs-audit/problem.h"
#include "vmx/caps.h"

/* Whether anything of capabilities was given at all. */
bool capabilities_given(const struct vmx_caps *caps);

/* Whether every capability MSR is there that such a processor has, and both widths of addresses.
 * One that lacks would be taken for one that allows nothing, and rules would be found broken. */
bool capabilities_check(const struct vmx_caps *caps, struct problem *problem);

/* Reads all capability MSRs that can be read. */
void capabilities_read(struct vmx_caps *caps,
                       bool (*read)(void *context, uint32_t msr, uint64_t *value), void *context);

#endif
