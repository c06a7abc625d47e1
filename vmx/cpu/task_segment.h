/* The segments of a task that begins (SDM Vol 3A §7.3, Table 7-1). Pure. */
#ifndef VMX_CPU_TASK_SEGMENT_H
#define VMX_CPU_TASK_SEGMENT_H

#include "vmx/cpu/state.h"

/* The selectors have been read from the TSS: makes segments of virtual-8086 mode of them, or such
 * that nothing can be reached by, until they are loaded. CPL is 3 meanwhile: an exception of a task
 * without a stack is then delivered on one that the TSS has for a handler. */
void task_segments_begin(struct guest_cpu *cpu);

/* Loads LDTR, then in protected mode SS, DS, ES, FS, GS and CS, each after its checks. At the first
 * that fails, false with cpu->fault: #TS, #NP or #SS with the selector. */
bool task_segments_load(struct guest_cpu *cpu);

#endif
