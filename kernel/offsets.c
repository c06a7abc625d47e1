/* Offsets for boot/start.asm (lib/offsets.h). */
#include "lib/offsets.h"

#include "kernel/percpu.h"
#include "lib/msr.h"
#include "lib/x86.h"

void offsets(void);

void offsets(void)
{
    VALUE(PERCPU_MAIN_STACK_TOP, offsetof(struct percpu, main_stack.bytes) + MAIN_STACK_SIZE);

    VALUE(CR0_NE, CR0_NE);
    VALUE(CR0_WP, CR0_WP);
    VALUE(CR0_NW, CR0_NW);
    VALUE(CR0_CD, CR0_CD);
    VALUE(CR0_PG, CR0_PG);
    VALUE(CR4_PAE, CR4_PAE);
    VALUE(EFER_LME, EFER_LME);
    VALUE(RFLAGS_ID, RFLAGS_ID);
    VALUE(PTE_P, PTE_P);
    VALUE(PTE_RW, PTE_RW);
    VALUE(PTE_PS, PTE_PS);
    VALUE(CPUID_LEAF_EXTENDED, CPUID_LEAF_EXTENDED);
    VALUE(CPUID_LEAF_EXTENDED_FEATURES, CPUID_LEAF_EXTENDED_FEATURES);
    VALUE(CPUID_80000001_EDX_LM, CPUID_80000001_EDX_LM);
    VALUE(IA32_EFER, IA32_EFER);
}
