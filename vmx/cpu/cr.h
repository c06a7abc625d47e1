/* Writes to the control registers of a guest: their effects, and when they cause #GP(0) (SDM Vol
 * 2B, "MOV—Move to/from Control Registers"; Vol 3A §2.5, §4.1, §9.8.5). Pure; reads the guest's
 * memory. */
#ifndef VMX_CPU_CR_H
#define VMX_CPU_CR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GUEST_PDPTES = 4 };

/* The control registers as the guest sees them. The VMCS may hold other values. */
struct guest_crs {
    uint64_t cr0, cr3, cr4, efer;
    uint64_t pdpte[GUEST_PDPTES]; /* valid if pdptes_loaded */
    bool pdptes_loaded;           /* the last write loaded PDPTEs */
    bool flushed;                 /* the last write invalidates cached translations */
};

/* What a write depends on besides the control registers. */
struct guest_cr_facts {
    uint64_t cr4_allowed;  /* the bits that are not reserved */
    uint8_t physical_bits; /* width of physical addresses */
    bool cs_l;             /* CS.L */
    uint32_t tr_rights;    /* access rights of TR */
    /* Reads the guest's memory at a guest-physical address. Returns false if it cannot. */
    bool (*read)(const void *memory, uint64_t address, void *to, size_t size);
    const void *memory; /* first argument of `read` */
};

enum cr_outcome {
    CR_WRITTEN,
    CR_FAULT,     /* #GP(0); nothing changed */
    CR_NO_MEMORY, /* CR3 points to PDPTEs outside the guest's memory; nothing changed */
};

/* Write a control register, as MOV to CR does. */
enum cr_outcome guest_cr0_write(const struct guest_cr_facts *facts, struct guest_crs *crs,
                                uint64_t value);
enum cr_outcome guest_cr3_write(const struct guest_cr_facts *facts, struct guest_crs *crs,
                                uint64_t value);
enum cr_outcome guest_cr4_write(const struct guest_cr_facts *facts, struct guest_crs *crs,
                                uint64_t value);

/* Returns the value that LMSW writes to CR0. LMSW may set PE but never clears it. */
uint64_t guest_cr0_lmsw(uint64_t cr0, uint16_t source);

/* Writes IA32_EFER, as WRMSR does. `allowed`: the bits that are not reserved. */
enum cr_outcome guest_efer_write(struct guest_crs *crs, uint64_t allowed, uint64_t value);

/* Returns the value of the field GUEST_CR0 for a guest that wrote `cr0`: with the bits that VMX
 * operation fixes, except PE and PG of an unrestricted guest (SDM Vol 3C §23.8, §26.3.1.1). */
uint64_t guest_cr0_field(uint64_t fixed0, uint64_t fixed1, bool unrestricted, uint64_t cr0);

#endif
