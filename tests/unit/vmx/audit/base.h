/* The base of the vectors of the audit's rules (vmx/audit/rules.def): a VMCS that enters, on a
 * processor with every feature. */
#ifndef TESTS_UNIT_VMX_AUDIT_BASE_H
#define TESTS_UNIT_VMX_AUDIT_BASE_H

#include <stddef.h>

#include "vmx/caps.h"
#include "vmx/image.h"

/* Returns the capabilities of this processor: every control of vmx/controls.def may be 0 or 1,
 * every field exists, physical addresses have 46 bits and linear addresses 57. */
struct vmx_caps audit_base_caps(void);

/* Returns the VMCS that Trapline plans for its HLT guest on this processor. */
struct vmcs_image audit_base_image(const struct vmx_caps *caps);

/* Marks the fields that the plan does not write as known, with the value 0, as in a VMCS that was
 * read back. */
void audit_base_complete(struct vmcs_image *image, const struct vmx_caps *caps);

/* The `read` of struct audit_input: the memory that vectors may point to. It reads as 0 unless a
 * vector sets it. */
bool audit_base_read(void *context, uint64_t address, void *bytes, size_t size);

#endif
