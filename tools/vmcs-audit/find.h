/* Fields as people write them. Pure. */
#ifndef TOOLS_VMCS_AUDIT_FIND_H
#define TOOLS_VMCS_AUDIT_FIND_H

#include "lib/text.h"
#include "vmx/field.h"

/* Finds the field of that name or encoding (GUEST_RIP, 0x681e). */
bool find_field(struct text text, struct vmcs_field *field);

/* Whether a value has no bit that the field is too narrow for. */
bool field_fits(struct vmcs_field field, uint64_t value);

#endif
