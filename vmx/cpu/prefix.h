/* Prefixes of an instruction that exited, for what its exit does not tell (SDM Vol 2A §2.1.1,
 * §2.2). Pure. */
#ifndef VMX_CPU_PREFIX_H
#define VMX_CPU_PREFIX_H

#include "vmx/cpu/segment.h"

struct guest_prefixes {
    unsigned operand_size; /* 2, 4 or 8 bytes */
    unsigned address_size;
    unsigned data_segment; /* DS, or what overrides it */
};

/* Those of the instruction at RIP, of `length` bytes. False: cpu->fault. */
bool guest_prefixes_read(struct guest_cpu *cpu, unsigned length, struct guest_prefixes *prefixes);

#endif
