/* Control registers of a guest: what a write does, and when it is #GP(0) instead (SDM Vol 2B, "MOV—
 * Move to/from Control Registers"; Vol 3A §2.5, §4.1, §9.8.5). Pure over the guest's memory. */
#ifndef VMX_CPU_CR_H
#define VMX_CPU_CR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GUEST_PDPTES = 4 };

/* As the guest sees them, whatever VMX keeps in their place. */
struct guest_crs {
    uint64_t cr0, cr3, cr4, efer;
    uint64_t pdpte[GUEST_PDPTES]; /* where pdptes_loaded */
    bool pdptes_loaded;           /* by the last write */
    bool flushed;                 /* by the last write: translations are to be forgotten */
};

/* What a write depends on beside them. */
struct guest_cr_facts {
    uint64_t cr4_allowed;  /* the bits that are not reserved */
    uint8_t physical_bits; /* width of physical addresses */
    bool cs_l;             /* CS.L */
    uint32_t tr_rights;    /* of TR */
    bool (*read)(const void *memory, uint64_t address, void *to, size_t size);
    const void *memory; /* of the guest, at guest-physical addresses */
};

enum cr_outcome {
    CR_WRITTEN,
    CR_FAULT,     /* #GP(0), nothing is changed */
    CR_NO_MEMORY, /* CR3 points to PDPTEs that are not in the guest's memory; nothing is changed */
};

enum cr_outcome guest_cr0_write(const struct guest_cr_facts *facts, struct guest_crs *crs,
                                uint64_t value);
enum cr_outcome guest_cr3_write(const struct guest_cr_facts *facts, struct guest_crs *crs,
                                uint64_t value);
enum cr_outcome guest_cr4_write(const struct guest_cr_facts *facts, struct guest_crs *crs,
                                uint64_t value);

/* What LMSW writes to CR0: it sets PE and never clears it. */
uint64_t guest_cr0_lmsw(uint64_t cr0, uint16_t source);

/* WRMSR of IA32_EFER; allowed: the bits that are not reserved. */
enum cr_outcome guest_efer_write(struct guest_crs *crs, uint64_t allowed, uint64_t value);

/* GUEST_CR0 for a guest that wrote cr0: what VMX fixes is fixed, but PE and PG of an unrestricted
 * guest (SDM Vol 3C §23.8, §26.3.1.1). */
uint64_t guest_cr0_real(uint64_t fixed0, uint64_t fixed1, bool unrestricted, uint64_t cr0);

#endif
