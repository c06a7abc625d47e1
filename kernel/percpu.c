/* The per-processor blocks. So far only the boot processor runs. */
#include "kernel/percpu.h"

struct percpu boot_cpu;

void percpu_load(struct percpu *cpu)
{
    cpu->tss.ist[IST_DOUBLE_FAULT - 1] = (uintptr_t)(&cpu->double_fault_stack + 1);
    cpu->tss.ist[IST_NMI - 1] = (uintptr_t)(&cpu->nmi_stack + 1);
    cpu->tss.ist[IST_MACHINE_CHECK - 1] = (uintptr_t)(&cpu->machine_check_stack + 1);
    descriptors_load(cpu->gdt, &cpu->tss);
}

void percpu_guards(const struct percpu *cpu, void (*visit)(uint64_t page, void *context),
                   void *context)
{
    visit((uintptr_t)cpu->main_stack.guard, context);
    visit((uintptr_t)cpu->double_fault_stack.guard, context);
    visit((uintptr_t)cpu->nmi_stack.guard, context);
    visit((uintptr_t)cpu->machine_check_stack.guard, context);
    visit((uintptr_t)cpu->exit_stack.guard, context);
    visit((uintptr_t)cpu->self_stack.guard, context);
}
