/* The block of one processor: its descriptor tables and stacks. */
#ifndef KERNEL_PERCPU_H
#define KERNEL_PERCPU_H

#include <stdint.h>

#include "kernel/descriptors.h"

enum {
    MAIN_STACK_SIZE = 0x8000,
    TRAP_STACK_SIZE = 0x4000, /* a panic prints from this stack */
};

/* A stack of `size` bytes. The page below it is never mapped, so that an overflow faults. */
#define GUARDED_STACK(name, size)                                                                  \
    struct {                                                                                       \
        uint8_t guard[4096];                                                                       \
        uint8_t bytes[size];                                                                       \
    } name

struct percpu {
    GUARDED_STACK(main_stack, MAIN_STACK_SIZE);
    GUARDED_STACK(double_fault_stack, TRAP_STACK_SIZE);
    GUARDED_STACK(nmi_stack, TRAP_STACK_SIZE);
    GUARDED_STACK(machine_check_stack, TRAP_STACK_SIZE);
    GUARDED_STACK(exit_stack, TRAP_STACK_SIZE); /* for C code that handles VM exits */
    /* The host's stack while the kernel is its own guest. */
    GUARDED_STACK(self_stack, MAIN_STACK_SIZE);
    uint64_t gdt[GDT_ENTRIES];
    struct tss tss;
} __attribute__((aligned(4096)));

/* The block of the boot processor. boot/start.asm runs on its main stack. */
extern struct percpu boot_cpu;

/* Loads cpu's descriptor tables on this processor. Some exceptions get stacks of their own. */
void percpu_load(struct percpu *cpu);

/* Calls visit for each guard page of cpu's stacks. */
void percpu_guards(const struct percpu *cpu, void (*visit)(uint64_t page, void *context),
                   void *context);

#endif
