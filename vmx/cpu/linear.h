/* Accesses memory at linear addresses, as the guest's processor does: paging in all modes, access
 * rights, protection keys, reserved bits, accessed and dirty flags, and page faults (SDM Vol 3A,
 * chapter 4; §4.6.1 for rights, §4.7 for error codes, §4.8 for the flags). Pure. */
#ifndef VMX_CPU_LINEAR_H
#define VMX_CPU_LINEAR_H

#include "vmx/cpu/state.h"

/* The kind of an access: a combination of these bits. */
enum guest_access {
    GUEST_READ = 0,
    GUEST_WRITE = 1,
    GUEST_IMPLICIT = 2, /* to a descriptor table or TSS: a supervisor access at any CPL */
    GUEST_FETCHED =
        4, /* reads the instruction again that the processor fetched: no rights are checked */
};

/* Read or write `size` bytes, at most a page, at a linear address. They check the whole access
 * first. If it faults, they set cpu->fault, return false and write nothing, not even accessed and
 * dirty flags. */
bool guest_linear_read(struct guest_cpu *cpu, uint64_t linear, void *to, size_t size,
                       unsigned access);
bool guest_linear_write(struct guest_cpu *cpu, uint64_t linear, const void *from, size_t size,
                        unsigned access);

/* Checks whether an access would succeed. Returns false and sets cpu->fault if not. Reads and
 * writes nothing. */
bool guest_linear_probe(struct guest_cpu *cpu, uint64_t linear, size_t size, unsigned access);

#endif
