/* The processor of a guest as plain values: what it has of state, and the exception that an
 * instruction raises which software carries out in its place. Pure. */
#ifndef VMX_CPU_STATE_H
#define VMX_CPU_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/segment.h"
#include "lib/x86.h"
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

static inline bool guest_cpu_is_ia_32e(const struct guest_cpu *cpu)
{
    return (cpu->crs.efer & EFER_LMA) != 0;
}

static inline bool guest_cpu_is_64_bit(const struct guest_cpu *cpu)
{
    return guest_cpu_is_ia_32e(cpu) &&
           (cpu->segments[GUEST_CS].access_rights & ACCESS_RIGHTS_L) != 0;
}

/* CPL: real mode has 0 and virtual-8086 mode 3, whatever SS says. */
static inline unsigned guest_cpu_cpl(const struct guest_cpu *cpu)
{
    if (!(cpu->crs.cr0 & CR0_PE))
        return 0;
    return cpu->rflags & RFLAGS_VM ? 3 : segment_dpl(&cpu->segments[GUEST_SS]);
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
