/* A VMCS that enters, on a processor that has everything: what the vectors of the audit's rules
 * (vmx/audit/rules.def) start from. */
#ifndef TESTS_UNIT_VMX_AUDIT_BASE_H
#define TESTS_UNIT_VMX_AUDIT_BASE_H

#include <stddef.h>

#include "vmx/caps.h"
#include "vmx/image.h"

/* Every control of vmx/controls.def may be 0 or 1, every field exists, 46-bit physical and 57-bit
 * linear addresses. */
struct vmx_caps audit_base_caps(void);

/* The HLT guest of the kernel, planned on such a processor. */
struct vmcs_image audit_base_image(const struct vmx_caps *caps);

/* Makes what the plan leaves alone 0, as in a VMCS that was read back. */
void audit_base_complete(struct vmcs_image *image, const struct vmx_caps *caps);

/* Of struct audit_input: the memory that vectors may point to, 0 where they say nothing else. */
bool audit_base_read(void *context, uint64_t address, void *bytes, size_t size);

#endif
