/* Reads the prefixes of an instruction that caused a VM exit, because the exit does not report all
 * of them (SDM Vol 2A §2.1.1, §2.2). Pure. */
#ifndef VMX_CPU_PREFIX_H
#define VMX_CPU_PREFIX_H

#include "vmx/cpu/segment.h"

struct guest_prefixes {
    unsigned operand_size; /* 2, 4 or 8 bytes */
    unsigned address_size; /* 2, 4 or 8 bytes */
    unsigned data_segment; /* enum guest_segment: DS, or the segment override */
};

/* Reads the prefixes of the instruction at RIP, which has `length` bytes. Returns false and sets
 * cpu->fault if the instruction cannot be read. */
bool guest_prefixes_read(struct guest_cpu *cpu, unsigned length, struct guest_prefixes *prefixes);

#endif
