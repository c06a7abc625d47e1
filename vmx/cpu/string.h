/* Emulates INS and OUTS, one iteration at a time (SDM Vol 2A "INS", Vol 2B "OUTS", "REP"). Pure. */
#ifndef VMX_CPU_STRING_H
#define VMX_CPU_STRING_H

#include "vmx/cpu/segment.h"

struct guest_string {
    bool in;               /* INS; otherwise OUTS */
    bool repeated;         /* with a REP prefix */
    unsigned size;         /* 1, 2 or 4 bytes */
    unsigned address_size; /* 2, 4 or 8 bytes */
    unsigned segment;      /* source segment of OUTS; INS uses ES */
};

/* Emulates one iteration: INS stores `value` in memory, OUTS reads memory and discards what it
 * read. Returns false, sets cpu->fault and changes no register if the access faults. Sets *last if
 * the instruction is complete. */
bool guest_string_step(struct guest_cpu *cpu, const struct guest_string *string, uint32_t value,
                       bool *last);

#endif
