/* Writes to the control registers of a guest. */
#include "vmx/cpu/cr.h"

#include "lib/bits.h"
#include "lib/segment.h"
#include "lib/string.h"
#include "lib/x86.h"

/* The reserved bits of a present PDPTE (SDM Vol 3A, Table 4-8). */
#define PDPTE_RESERVED (BITS(2, 1) | BITS(8, 5))

static bool uses_pae_paging(const struct guest_crs *crs)
{
    return (crs->cr0 & CR0_PG) && (crs->cr4 & CR4_PAE) && !(crs->efer & EFER_LMA);
}

static enum cr_outcome load_pdptes(const struct guest_cr_facts *facts, struct guest_crs *crs)
{
    const uint64_t reserved = PDPTE_RESERVED | BITS(63, facts->physical_bits);
    if (!facts->read(facts->memory, crs->cr3 & CR3_PDPT, crs->pdpte, sizeof crs->pdpte))
        return CR_NO_MEMORY;
    for (unsigned i = 0; i < GUEST_PDPTES; i++) {
        if ((crs->pdpte[i] & PTE_P) && (crs->pdpte[i] & reserved))
            return CR_FAULT;
    }
    crs->pdptes_loaded = true;
    return CR_WRITTEN;
}

/* The last step of a write: loads the PDPTEs if necessary, and then stores the new values. */
static enum cr_outcome commit(const struct guest_cr_facts *facts, struct guest_crs *crs,
                              struct guest_crs *after, bool loads_pdptes)
{
    enum cr_outcome outcome = CR_WRITTEN;
    after->pdptes_loaded = false;
    if (loads_pdptes && uses_pae_paging(after))
        outcome = load_pdptes(facts, after);
    if (outcome == CR_WRITTEN)
        *crs = *after;
    return outcome;
}

static bool may_enter_ia_32e(const struct guest_cr_facts *facts, const struct guest_crs *crs)
{
    uint32_t tss = facts->tr_rights & ACCESS_RIGHTS_TYPE & ~SEGMENT_TSS_BUSY;
    return (crs->cr4 & CR4_PAE) && !facts->cs_l && tss != SEGMENT_TSS_16;
}

/* Paging cannot be turned off in 64-bit mode or while CR4.PCIDE is 1. */
static bool may_turn_off_paging(const struct guest_cr_facts *facts, const struct guest_crs *crs)
{
    return !((crs->efer & EFER_LMA) && facts->cs_l) && !(crs->cr4 & CR4_PCIDE);
}

enum cr_outcome guest_cr0_write(const struct guest_cr_facts *facts, struct guest_crs *crs,
                                uint64_t value)
{
    struct guest_crs after = *crs;
    after.cr0 = (value & CR0_DEFINED) | CR0_ET;
    const uint64_t changed = after.cr0 ^ crs->cr0;
    if ((value & BITS(63, 32)) || ((value & CR0_PG) && !(value & CR0_PE)) ||
        ((value & CR0_NW) && !(value & CR0_CD)) || ((crs->cr4 & CR4_CET) && !(value & CR0_WP)))
        return CR_FAULT;
    if ((changed & value & CR0_PG) && (crs->efer & EFER_LME)) {
        if (!may_enter_ia_32e(facts, crs))
            return CR_FAULT;
        after.efer |= EFER_LMA;
    }
    if ((changed & CR0_PG) && !(value & CR0_PG)) {
        if (!may_turn_off_paging(facts, crs))
            return CR_FAULT;
        after.efer &= ~EFER_LMA;
    }
    after.flushed = (changed & CR0_FLUSHES) != 0;
    return commit(facts, crs, &after, (changed & CR0_LOADS_PDPTES) != 0);
}

/* Bits beyond the physical-address width are reserved in 64-bit mode. In other modes an instruction
 * cannot write them, because it writes 32 bits. */
enum cr_outcome guest_cr3_write(const struct guest_cr_facts *facts, struct guest_crs *crs,
                                uint64_t value)
{
    struct guest_crs after = *crs;
    after.flushed = true;
    if (crs->cr4 & CR4_PCIDE) {
        after.flushed = !(value & CR3_NO_FLUSH);
        value &= ~CR3_NO_FLUSH;
    }
    if (value & BITS(63, facts->physical_bits))
        return CR_FAULT;
    after.cr3 = value;
    return commit(facts, crs, &after, true);
}

enum cr_outcome guest_cr4_write(const struct guest_cr_facts *facts, struct guest_crs *crs,
                                uint64_t value)
{
    struct guest_crs after = *crs;
    after.cr4 = value;
    const uint64_t changed = value ^ crs->cr4;
    const bool ia_32e = (crs->efer & EFER_LMA) != 0;
    if (value & ~facts->cr4_allowed)
        return CR_FAULT;
    if (ia_32e && (!(value & CR4_PAE) || (changed & CR4_LA57)))
        return CR_FAULT;
    if ((changed & value & CR4_PCIDE) && (!ia_32e || (crs->cr3 & CR3_PCID)))
        return CR_FAULT;
    if ((value & CR4_CET) && !(crs->cr0 & CR0_WP))
        return CR_FAULT;
    after.flushed = (changed & CR4_FLUSHES) != 0;
    return commit(facts, crs, &after, (changed & CR4_LOADS_PDPTES) != 0);
}

uint64_t guest_cr0_lmsw(uint64_t cr0, uint16_t source)
{
    return (cr0 & (~CR0_LMSW | CR0_PE)) | (source & CR0_LMSW);
}

enum cr_outcome guest_efer_write(struct guest_crs *crs, uint64_t allowed, uint64_t value)
{
    if (value & ~allowed)
        return CR_FAULT;
    if ((crs->cr0 & CR0_PG) && ((value ^ crs->efer) & EFER_LME))
        return CR_FAULT;
    value = (value & ~EFER_LMA) | (crs->efer & EFER_LMA); /* LMA is read-only */
    crs->flushed = value != crs->efer;
    crs->pdptes_loaded = false;
    crs->efer = value;
    return CR_WRITTEN;
}

uint64_t guest_cr0_field(uint64_t fixed0, uint64_t fixed1, bool unrestricted, uint64_t cr0)
{
    if (unrestricted)
        fixed0 &= ~(CR0_PE | CR0_PG);
    return (cr0 & fixed1) | fixed0;
}
