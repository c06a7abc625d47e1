/* Emulates task switches, because VMX leaves them to software (SDM Vol 3A §7.3 "Task Switching";
 * Vol 3C §25.4.2 "Treatment of Task Switches"). The processor checks privileges, and the selector,
 * type, P and limit of the new TSS, before the VM exit; these checks are not repeated. Pure. */
#ifndef VMX_CPU_TASK_H
#define VMX_CPU_TASK_H

#include "vmx/cpu/state.h"

/* The cause of a task switch, as exit qualifications encode it (SDM Vol 3C, Table 27-2). */
enum task_source {
    TASK_CALL,
    TASK_IRET,
    TASK_JMP,
    TASK_GATE, /* task gate in the IDT */
};

struct task_switch {
    enum task_source source;
    uint16_t selector; /* of the new TSS */
    bool has_error;    /* the event that used the task gate has an error code */
    uint32_t error;    /* its error code */
};

enum task_outcome {
    TASK_RUNS,   /* the new task runs */
    TASK_TRAPS,  /* the new task begins with a debug exception, because T is set in its TSS */
    TASK_STAYS,  /* cpu->fault belongs to the old task; nothing changed */
    TASK_FAULTS, /* cpu->fault belongs to the new task; only segments loaded so far are usable */
};

/* Switches tasks outside IA-32e mode. cpu->rip must be the address at which the old task will
 * resume. */
enum task_outcome guest_task_switch(struct guest_cpu *cpu, const struct task_switch *task);

#endif
