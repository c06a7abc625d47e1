/* The model of a guest's processor: its state as plain values, and the exception that an emulated
 * instruction raises. Pure. */
#ifndef VMX_CPU_STATE_H
#define VMX_CPU_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/segment.h"
#include "lib/x86.h"
#include "vmx/cpu/cr.h"
#include "vmx/cpu/event.h"

/* Numbers of general and segment registers, as instructions and VM exits encode them. */
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

/* The contents of GDTR or IDTR. */
struct guest_table {
    uint64_t base;
    uint16_t limit;
};

/* Why an instruction does not complete: an exception, or a reason to stop the guest. */
struct guest_fault {
    const char *stop; /* why the guest cannot continue; NULL if the fault is an exception */
    uint64_t address; /* for #PF: the value of CR2 */
    uint32_t error;
    uint8_t vector;
};

struct guest_cpu {
    struct guest_crs crs; /* with the PDPTEs, if PAE paging is in use */
    uint64_t general[GUEST_GENERAL];
    uint64_t rip, rflags, dr7;
    struct segment segments[GUEST_SEGMENTS], ldtr, tr;
    struct guest_table gdtr, idtr;
    uint32_t pkru;
    bool external; /* an external event is being delivered: sets EXT in error codes */

    /* Properties of the processor. */
    struct guest_cr_facts cr_facts;
    uint8_t linear_bits; /* maximum width of linear addresses, not of the paging mode in use */
    bool gigabyte_pages;

    /* Returns the host's pointer to `size` bytes at a guest-physical address. They must not cross a
     * page boundary. Returns NULL if they are not the guest's memory. */
    uint8_t *(*memory_at)(const void *memory, uint64_t address, size_t size);
    const void *memory;

    struct guest_fault fault; /* set by the last function that returned false */
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

/* Returns the CPL: 0 in real mode, 3 in virtual-8086 mode, otherwise the DPL of SS. */
static inline unsigned guest_cpu_cpl(const struct guest_cpu *cpu)
{
    if (!(cpu->crs.cr0 & CR0_PE))
        return 0;
    return cpu->rflags & RFLAGS_VM ? 3 : segment_dpl(&cpu->segments[GUEST_SS]);
}

/* Outside IA-32e mode, linear addresses wrap at 32 bits. */
static inline uint64_t guest_linear_wrap(const struct guest_cpu *cpu, uint64_t linear)
{
    return guest_cpu_is_ia_32e(cpu) ? linear : linear & UINT32_MAX;
}

/* Sets cpu->fault to an exception and returns false. Adds EXT to error codes that have this bit
 * (SDM Vol 3A §6.13). Not for page faults: their error code has other bits, and vmx/cpu/linear.c
 * makes it. */
static inline bool guest_raise(struct guest_cpu *cpu, enum vector vector, uint32_t error)
{
    cpu->fault = (struct guest_fault){.vector = (uint8_t)vector, .error = error};
    if (cpu->external && vector != VECTOR_AC)
        cpu->fault.error |= 1;
    return false;
}

/* Sets cpu->fault to a reason to stop the guest and returns false. */
static inline bool guest_cannot_continue(struct guest_cpu *cpu, const char *why)
{
    cpu->fault = (struct guest_fault){.stop = why};
    return false;
}

#endif
