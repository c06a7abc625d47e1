/* Looks up VMCS fields by the names and numbers that users write. Pure. */
#ifndef TOOLS_VMCS_AUDIT_FIND_H
#define TOOLS_VMCS_AUDIT_FIND_H

#include "lib/text.h"
#include "vmx/field.h"

/* Finds the field with that name or encoding (GUEST_RIP, 0x681e). Returns false if there is
 * none. */
bool find_field(struct text text, struct vmcs_field *field);

/* Returns true if the value fits into the width of the field. */
bool field_fits(struct vmcs_field field, uint64_t value);

#endif
