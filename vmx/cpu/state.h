/* The processor of a guest as plain values: what it has of state, and the exception that an
 * instruction raises which software carries out in its place. Pure. */
#ifndef VMX_CPU_STATE_H
#define VMX_CPU_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/segment.h"
#include "vmx/cpu/cr.h"
#include "vmx/cpu/event.h"

/* General and segment registers as instructions and VM exits number them. */
enum { GUEST_RCX_NUMBER = 1, GUEST_RSP_NUMBER = 4, GUEST_RSI_NUMBER = 6, GUEST_RDI_NUMBER = 7 };
enum guest_segment {
    GUEST_ES,
    GUEST_CS,
    GUEST_SS,
    GUEST_DS,
    GUEST_FS,
    GUEST_GS,
    GUEST_SEGMENTS,
};
enum { GUEST_GENERAL = 16 };

/* GDTR or IDTR. */
struct guest_table {
    uint64_t base;
    uint16_t limit;
};

/* Why an instruction does not complete. */
struct guest_fault {
    const char *stop; /* no exception, but what the guest cannot go on after; else NULL */
    uint64_t address; /* what #PF leaves in CR2 */
    uint32_t error;
    uint8_t vector;
};

struct guest_cpu {
    struct guest_crs crs; /* with the PDPTEs in use, where there are any */
    uint64_t general[GUEST_GENERAL];
    uint64_t rip, rflags, dr7;
    struct segment segments[GUEST_SEGMENTS], ldtr, tr;
    struct guest_table gdtr, idtr;
    uint32_t pkru;
    bool external; /* an event from outside of the program is being delivered: EXT of error codes */

    /* What the processor is. */
    struct guest_cr_facts cr_facts;
    uint8_t linear_bits; /* width of linear addresses, whatever paging is in use */
    bool gigabyte_pages;

    /* `size` bytes of memory at a guest-physical address, which do not cross a page; NULL where
     * they are not the guest's. */
    uint8_t *(*memory_at)(const void *memory, uint64_t address, size_t size);
    const void *memory;

    struct guest_fault fault; /* by what last returned false */
};

#define GUEST_CR0_PE    UINT64_C(0x00000001)
#define GUEST_CR0_TS    UINT64_C(0x00000008)
#define GUEST_CR0_WP    UINT64_C(0x00010000)
#define GUEST_CR0_AM    UINT64_C(0x00040000)
#define GUEST_CR0_PG    UINT64_C(0x80000000)
#define GUEST_CR4_PSE   UINT64_C(0x00000010)
#define GUEST_CR4_PAE   UINT64_C(0x00000020)
#define GUEST_CR4_LA57  UINT64_C(0x00001000)
#define GUEST_CR4_PCIDE UINT64_C(0x00020000)
#define GUEST_CR4_SMAP  UINT64_C(0x00200000)
#define GUEST_CR4_PKE   UINT64_C(0x00400000)
#define GUEST_EFER_LMA  UINT64_C(0x400)
#define GUEST_EFER_NXE  UINT64_C(0x800)
#define GUEST_RFLAGS_DF UINT64_C(0x00000400)
#define GUEST_RFLAGS_NT UINT64_C(0x00004000)
#define GUEST_RFLAGS_RF UINT64_C(0x00010000)
#define GUEST_RFLAGS_VM UINT64_C(0x00020000)
#define GUEST_RFLAGS_AC UINT64_C(0x00040000)

static inline bool guest_cpu_is_ia_32e(const struct guest_cpu *cpu)
{
    return (cpu->crs.efer & GUEST_EFER_LMA) != 0;
}

static inline bool guest_cpu_is_64_bit(const struct guest_cpu *cpu)
{
    return guest_cpu_is_ia_32e(cpu) &&
           (cpu->segments[GUEST_CS].access_rights & ACCESS_RIGHTS_L) != 0;
}

/* CPL: real mode has 0 and virtual-8086 mode 3, whatever SS says. */
static inline unsigned guest_cpu_cpl(const struct guest_cpu *cpu)
{
    if (!(cpu->crs.cr0 & GUEST_CR0_PE))
        return 0;
    return cpu->rflags & GUEST_RFLAGS_VM ? 3 : segment_dpl(&cpu->segments[GUEST_SS]);
}

/* Outside of IA-32e mode linear addresses have 32 bits. */
static inline uint64_t guest_linear_wrap(const struct guest_cpu *cpu, uint64_t linear)
{
    return guest_cpu_is_ia_32e(cpu) ? linear : linear & UINT32_MAX;
}

/* The instruction does not complete: fills in the fault and returns false. EXT is added where the
 * error code has it (SDM Vol 3A §6.13); a page fault's, which has other bits, is made by
 * vmx/cpu/linear.c. */
static inline bool guest_raise(struct guest_cpu *cpu, enum vector vector, uint32_t error)
{
    cpu->fault = (struct guest_fault){.vector = (uint8_t)vector, .error = error};
    if (cpu->external && vector != VECTOR_AC)
        cpu->fault.error |= 1;
    return false;
}

static inline bool guest_cannot(struct guest_cpu *cpu, const char *why)
{
    cpu->fault = (struct guest_fault){.stop = why};
    return false;
}

#endif
