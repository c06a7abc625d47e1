/* The guest's linear memory, as its processor would reach it: paging in all modes, with rights,
 * protection keys, reserved bits, accessed and dirty flags, and page faults (SDM Vol 3A, chapter 4;
 * §4.6.1 for rights, §4.7 for error codes, §4.8 for the flags). Pure. */
#ifndef VMX_CPU_LINEAR_H
#define VMX_CPU_LINEAR_H

#include "vmx/cpu/state.h"

/* What kind of access it is; combined. */
enum guest_access {
    GUEST_READ = 0,
    GUEST_WRITE = 1,
    GUEST_IMPLICIT = 2, /* of a descriptor table or TSS: a supervisor's, whatever the CPL is */
    GUEST_FETCHED = 4,  /* reads the instruction, which the processor has fetched: all rights */
};

/* `size` bytes, at most a page, at a linear address. All of it is checked before anything is
 * written, the flags of paging entries included; with a fault nothing is. False: cpu->fault. */
bool guest_linear_read(struct guest_cpu *cpu, uint64_t linear, void *to, size_t size,
                       unsigned access);
bool guest_linear_write(struct guest_cpu *cpu, uint64_t linear, const void *from, size_t size,
                        unsigned access);

/* Only whether it would succeed; nothing is read or written. */
bool guest_linear_probe(struct guest_cpu *cpu, uint64_t linear, size_t size, unsigned access);

#endif
