/* Implements EPT on top of lib/pagetable: the format of the entries, the checks of their contents,
 * and the EPT pointer (SDM Vol 3C §28.3 "The Extended Page Table Mechanism"). */
#include "ept/ept.h"

#define EPT_ACCESS (EPT_READ | EPT_WRITE | EPT_EXECUTE)

/* SDM Vol 3C §28.3.2 "EPT Translation Mechanism". An entry that points to a table grants all
 * rights, so only the leaves decide about access. */
static const struct pagetable_format ept_format = {
    .present = EPT_ACCESS,
    .table = EPT_ACCESS,
    .large = BIT(7),
    .address = BITS(51, 12),
};

enum {
    LEAF_TYPE_SHIFT = 3, /* bits 5:3 of a leaf: memory type */
    WALK_LENGTH_SHIFT = 3,
};

/* Returns true if these access rights do not cause an EPT misconfiguration (SDM Vol 3C §28.3.3.1
 * "EPT Misconfigurations"). Execute-only rights pass: the caller must know whether
 * IA32_VMX_EPT_VPID_CAP allows them. */
static bool is_legal_access(uint64_t access)
{
    return access != 0 && (access & ~EPT_ACCESS) == 0 &&
           (access & (EPT_READ | EPT_WRITE)) != EPT_WRITE;
}

bool ept_create(struct ept *ept, struct page_source *source, unsigned largest)
{
    *ept = (struct ept){0};
    return pagetable_create(&ept->table, &ept_format, source, largest);
}

enum pagetable_status ept_map(struct ept *ept, struct gpa from, struct hpa to, uint64_t size,
                              uint64_t access, enum memory_type type)
{
    enum pagetable_status status;

    if (!is_legal_access(access) || memory_type_name(type) == NULL)
        return PAGETABLE_INVALID;
    /* Bit 6 (ignore PAT) stays 0: the guest's PAT combines with this type as it combines with the
     * MTRR type without EPT. With EPT, the MTRRs have no effect (SDM Vol 3C §28.3.7.2 "Memory Type
     * Used for Translated Guest-Physical Addresses"). */
    status = pagetable_map(&ept->table, from.value, to.value, size,
                           access | (uint64_t)type << LEAF_TYPE_SHIFT);
    if (status == PAGETABLE_OK)
        ept->bytes[type] += size;
    return status;
}

enum pagetable_status ept_map_typed(struct ept *ept, struct gpa from, struct hpa to, uint64_t size,
                                    uint64_t access, const struct memory_types *types)
{
    for (size_t i = 0; size > 0 && i < types->count; i++) {
        const struct memory_type_range *range = &types->at[i];
        enum pagetable_status status;
        uint64_t part;

        if (to.value >= range->end)
            continue;
        part = range->end - to.value < size ? range->end - to.value : size;
        status = ept_map(ept, from, to, part, access, range->type);
        if (status != PAGETABLE_OK)
            return status;
        from.value += part;
        to.value += part;
        size -= part;
    }
    return size == 0 ? PAGETABLE_OK : PAGETABLE_INVALID;
}

uint64_t ept_pointer(const struct ept *ept, enum memory_type type)
{
    /* Bits 5:3 hold the page-walk length minus 1. */
    return ept->table.root | (uint64_t)(PAGETABLE_LEVELS - 1) << WALK_LENGTH_SHIFT | type;
}
