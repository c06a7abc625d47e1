/* INS and OUTS, an iteration at a time (SDM Vol 2A "INS", Vol 2B "OUTS", "REP"). Pure. */
#ifndef VMX_CPU_STRING_H
#define VMX_CPU_STRING_H

#include "vmx/cpu/segment.h"

struct guest_string {
    bool in, repeated;     /* INS, else OUTS; with REP */
    unsigned size;         /* 1, 2 or 4 bytes */
    unsigned address_size; /* 2, 4 or 8 bytes */
    unsigned segment;      /* of OUTS; INS has ES */
};

/* Carries out one iteration, of which INS stores `value` and OUTS loses what it reads. False:
 * cpu->fault, and no register is changed. *last: the instruction is done. */
bool guest_string_step(struct guest_cpu *cpu, const struct guest_string *string, uint32_t value,
                       bool *last);

#endif
