/* What control registers take. */
#include "vmx/cpu/cr.h"

#include "lib/bits.h"
#include "lib/string.h"

#define CR0_PE   BIT(0)
#define CR0_ET   BIT(4)
#define CR0_WP   BIT(16)
#define CR0_NW   BIT(29)
#define CR0_CD   BIT(30)
#define CR0_PG   BIT(31)
#define CR0_LMSW BITS(3, 0)
/* The bits there are: others stay 0 whatever is written. */
#define CR0_DEFINED (BITS(5, 0) | CR0_WP | BIT(18) | BITS(31, 29))
/* A change of these brings PDPTEs anew under PAE paging (SDM Vol 3A §4.4.1), and of these in CR0
 * and CR4 translations are to be forgotten (§4.10.4.1). */
#define CR0_PDPTE (CR0_PG | CR0_CD | CR0_NW)
#define CR0_FLUSH (CR0_PG | CR0_WP | CR0_PE)

#define CR3_NO_FLUSH BIT(63)
#define CR3_PDPT     BITS(31, 5)
#define CR3_PCID     BITS(11, 0)

#define CR4_PSE   BIT(4)
#define CR4_PAE   BIT(5)
#define CR4_PGE   BIT(7)
#define CR4_LA57  BIT(12)
#define CR4_PCIDE BIT(17)
#define CR4_SMEP  BIT(20)
#define CR4_CET   BIT(23)
#define CR4_PDPTE (CR4_PAE | CR4_PGE | CR4_PSE | CR4_SMEP)
#define CR4_FLUSH (CR4_PDPTE | CR4_PCIDE | CR4_LA57 | BIT(21) | BIT(22))

#define EFER_LME BIT(8)
#define EFER_LMA BIT(10)

/* What a PDPTE that is present has 0 (SDM Vol 3A, Table 4-8). */
#define PDPTE_PRESENT  BIT(0)
#define PDPTE_RESERVED (BITS(2, 1) | BITS(8, 5))

/* Types of system segments, in access rights; those of 16-bit TSSs. */
#define RIGHTS_TYPE BITS(3, 0)
enum { TSS_16_AVAILABLE = 1, TSS_16_BUSY = 3 };

static bool reads_pae(const struct guest_crs *crs)
{
    return (crs->cr0 & CR0_PG) && (crs->cr4 & CR4_PAE) && !(crs->efer & EFER_LMA);
}

static enum cr_outcome load_pdptes(const struct guest_cr_facts *facts, struct guest_crs *crs)
{
    const uint64_t reserved = PDPTE_RESERVED | BITS(63, facts->physical_bits);
    if (!facts->read(facts->memory, crs->cr3 & CR3_PDPT, crs->pdpte, sizeof crs->pdpte))
        return CR_NO_MEMORY;
    for (unsigned i = 0; i < GUEST_PDPTES; i++) {
        if ((crs->pdpte[i] & PDPTE_PRESENT) && (crs->pdpte[i] & reserved))
            return CR_FAULT;
    }
    crs->pdptes_loaded = true;
    return CR_WRITTEN;
}

/* The last step of a write: takes over what is new, with PDPTEs where they come anew. */
static enum cr_outcome commit(const struct guest_cr_facts *facts, struct guest_crs *crs,
                              struct guest_crs *after, bool pdptes)
{
    enum cr_outcome outcome = CR_WRITTEN;
    after->pdptes_loaded = false;
    if (pdptes && reads_pae(after))
        outcome = load_pdptes(facts, after);
    if (outcome == CR_WRITTEN)
        *crs = *after;
    return outcome;
}

static bool may_begin_ia_32e(const struct guest_cr_facts *facts, const struct guest_crs *crs)
{
    uint64_t tss = facts->tr_rights & RIGHTS_TYPE;
    return (crs->cr4 & CR4_PAE) && !facts->cs_l && tss != TSS_16_AVAILABLE && tss != TSS_16_BUSY;
}

/* Neither in 64-bit mode nor with process-context identifiers. */
static bool may_end_paging(const struct guest_cr_facts *facts, const struct guest_crs *crs)
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
        if (!may_begin_ia_32e(facts, crs))
            return CR_FAULT;
        after.efer |= EFER_LMA;
    }
    if ((changed & CR0_PG) && !(value & CR0_PG)) {
        if (!may_end_paging(facts, crs))
            return CR_FAULT;
        after.efer &= ~EFER_LMA;
    }
    after.flushed = (changed & CR0_FLUSH) != 0;
    return commit(facts, crs, &after, (changed & CR0_PDPTE) != 0);
}

/* Bits beyond the width of physical addresses are reserved where CR3 has 64 bits; elsewhere
 * they cannot be written. */
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
    after.flushed = (changed & CR4_FLUSH) != 0;
    return commit(facts, crs, &after, (changed & CR4_PDPTE) != 0);
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

uint64_t guest_cr0_real(uint64_t fixed0, uint64_t fixed1, bool unrestricted, uint64_t cr0)
{
    if (unrestricted)
        fixed0 &= ~(CR0_PE | CR0_PG);
    return (cr0 & fixed1) | fixed0;
}
