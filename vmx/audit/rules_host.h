/* Helper functions for rules of vmx/audit/rules_host.def that do not fit in one expression. */
#ifndef VMX_AUDIT_RULES_HOST_H
#define VMX_AUDIT_RULES_HOST_H

#include "vmx/audit/rules_guest.h"

/* Returns the bits of CR3 for linear-address masking, if the processor supports it. */
static inline uint64_t audit_lam_bits(struct audit *a)
{
    return at_fault(a->input->caps->value[IA32_VMX_CR4_FIXED1] & CR4_LAM_SUP, CR3_LAM);
}

#endif
