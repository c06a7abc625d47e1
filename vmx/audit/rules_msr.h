/* The MSR areas, for the rows of vmx/audit/rules_msr.def. Pure. */
#ifndef VMX_AUDIT_RULES_MSR_H
#define VMX_AUDIT_RULES_MSR_H

#include "vmx/audit/rule.h"

enum audit_msr_use {
    AUDIT_MSR_LOAD,
    AUDIT_MSR_STORE,
};

/* The number, from 1, of the first entry of an MSR area (SDM Vol 3C, Table 24-12 "Format of an MSR
 * Entry") that a VM entry or exit cannot carry out whatever the processor; 0 where there is none.
 * What WRMSR or RDMSR of that MSR faults on is known of a few MSRs, and else left to the processor.
 */
uint64_t audit_msr_entry(struct audit *a, struct vmcs_field address, struct vmcs_field count,
                         enum audit_msr_use use);

#endif
