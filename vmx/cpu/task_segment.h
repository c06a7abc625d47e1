/* Loads the segments of a new task (SDM Vol 3A §7.3, Table 7-1). Pure. */
#ifndef VMX_CPU_TASK_SEGMENT_H
#define VMX_CPU_TASK_SEGMENT_H

#include "vmx/cpu/state.h"

/* Prepares the segments after their selectors were read from the TSS. For virtual-8086 mode it
 * makes the final segments. Otherwise it makes segments that allow no access until they are loaded.
 * CPL is 3 meanwhile, so that an exception of a task without a stack uses a handler's stack from
 * the TSS. */
void task_segments_begin(struct guest_cpu *cpu);

/* Checks and loads LDTR and, in protected mode, SS, DS, ES, FS, GS and CS, in this order. Stops at
 * the first segment that fails: returns false and raises #TS, #NP or #SS with the selector. */
bool task_segments_load(struct guest_cpu *cpu);

#endif
