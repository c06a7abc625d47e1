/* Helper function for the rules of vmx/audit/rules_msr.def. Pure. */
#ifndef VMX_AUDIT_RULES_MSR_H
#define VMX_AUDIT_RULES_MSR_H

#include "vmx/audit/rule.h"

enum audit_msr_use {
    AUDIT_MSR_LOAD,
    AUDIT_MSR_STORE,
};

/* Returns the number, from 1, of the first entry of an MSR area (SDM Vol 3C, Table 24-12 "Format of
 * an MSR Entry") that fails on every processor; 0 if there is none. Knows the values on which
 * WRMSR faults only for a few MSRs; other values count as good. Reads memory. */
uint64_t audit_msr_entry(struct audit *a, struct vmcs_field address, struct vmcs_field count,
                         enum audit_msr_use use);

#endif
