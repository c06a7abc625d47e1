/* Helper functions for rules of vmx/audit/rules_warning.def that do not fit in one expression. */
#ifndef VMX_AUDIT_RULES_WARNING_H
#define VMX_AUDIT_RULES_WARNING_H

#include "vmx/audit/rule.h"

/* Returns the recommended maximum number of entries in an MSR area: SDM Vol 3D §A.6. */
static inline uint64_t audit_recommended_msrs(struct audit *a)
{
    return 512 * (caps_bits(a->input->caps, IA32_VMX_MISC_MSR_LIST_SIZE) + 1);
}

/* Returns the bits of the address in a field if the memory there overlaps the memory of an earlier
 * field in the table of vmx/audit/rules_warning.c, or memory that the hypervisor or the guest
 * uses. */
uint64_t audit_shared(struct audit *a, enum field_index field);

/* Returns the bits of a linear address if the host's page tables do not map it for `use`. Reads
 * memory: one entry for each level of the tables. */
enum audit_use {
    AUDIT_USE_READ,
    AUDIT_USE_WRITE,
    AUDIT_USE_EXECUTE,
};
uint64_t audit_not_mapped(struct audit *a, uint64_t linear, enum audit_use use);

/* Returns all bits of an address that is not in the host's code. Needs a->input->places. */
uint64_t audit_not_text(struct audit *a, uint64_t linear);

/* Returns the bits of the EPT pointer if an EPT entry is misconfigured (SDM Vol 3C §28.3.3.1).
 * Reads memory: the EPT paging structures, up to a maximum number of tables. */
uint64_t audit_ept_misconfigured(struct audit *a);

#endif
