/* Functions for the rows of vmx/audit/rules_warning.def that are too long for an expression. */
#ifndef VMX_AUDIT_RULES_WARNING_H
#define VMX_AUDIT_RULES_WARNING_H

#include "vmx/audit/rule.h"

/* How many entries an MSR area should have at most: SDM Vol 3D §A.6. */
static inline uint64_t audit_recommended_msrs(struct audit *a)
{
    return 512 * (caps_bits(a->input->caps, IA32_VMX_MISC_MSR_LIST_SIZE) + 1);
}

/* Bits of the address in a field where the memory that it stands for is also that of a field
 * before it in the table of vmx/audit/rules_warning.c, or is the hypervisor's or the guest's own,
 * and is meant to be another. */
uint64_t audit_shared(struct audit *a, enum field_index field);

/* Bits of a linear address where the host's page tables do not map it as it is used. Reads memory:
 * one entry a level. */
enum audit_use {
    AUDIT_USE_READ,
    AUDIT_USE_WRITE,
    AUDIT_USE_EXECUTE,
};
uint64_t audit_not_mapped(struct audit *a, uint64_t linear, enum audit_use use);

/* Bits of an address that is not in the host's code. Needs to know where that is. */
uint64_t audit_not_text(struct audit *a, uint64_t linear);

/* Bits of the EPT pointer where an entry below is misconfigured (SDM Vol 3C §28.3.3.1). Reads
 * memory: the first tables, up to a limit. */
uint64_t audit_ept_misconfigured(struct audit *a);

#endif
