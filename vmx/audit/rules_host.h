/* Functions for the rows of vmx/audit/rules_host.def that are too long for an expression. */
#ifndef VMX_AUDIT_RULES_HOST_H
#define VMX_AUDIT_RULES_HOST_H

#include "vmx/audit/rules_guest.h"
#include "vmx/audit/rules_warning.h"

/* The bits of CR3 that the processor has for linear-address masking. */
static inline uint64_t audit_lam_bits(struct audit *a)
{
    return at_fault(a->input->caps->value[IA32_VMX_CR4_FIXED1] & CR4_LAM_SUP, CR3_LAM);
}

#endif
