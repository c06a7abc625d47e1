/* Task switches, which VMX leaves to software (SDM Vol 3A §7.3 "Task Switching"; Vol 3C §25.4.2
 * "Treatment of Task Switches"). What the processor has checked before its VM exit is not asked
 * again: privileges, and the new TSS's selector, type, P and limit. Pure. */
#ifndef VMX_CPU_TASK_H
#define VMX_CPU_TASK_H

#include "vmx/cpu/state.h"

/* As exit qualifications number them (SDM Vol 3C, Table 27-2). */
enum task_source {
    TASK_CALL,
    TASK_IRET,
    TASK_JMP,
    TASK_GATE, /* in the IDT */
};

struct task_switch {
    enum task_source source;
    uint16_t selector; /* of the new TSS */
    bool has_error;    /* the event that went through the gate has an error code, */
    uint32_t error;    /* which is this */
};

enum task_outcome {
    TASK_RUNS,
    TASK_TRAPS,  /* first thing by a debug exception, as its TSS asks for */
    TASK_STAYS,  /* nothing is changed; cpu->fault is the old task's */
    TASK_FAULTS, /* cpu->fault is the new task's, whose segments are usable as far as loaded */
};

/* Switches tasks outside of IA-32e mode; RIP is where the old task is to go on. */
enum task_outcome guest_task_switch(struct guest_cpu *cpu, const struct task_switch *task);

#endif
