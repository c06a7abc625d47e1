/* Exceptions and interrupts in the host (SDM Vol 3A, chapter 6). */
#ifndef KERNEL_TRAP_H
#define KERNEL_TRAP_H

#include <stdint.h>

/* The stack as kernel/trap.asm leaves it, lowest address first. */
struct trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
};

/* Resumes at the fixup if the instruction has one (kernel/msr.h). Otherwise panics. */
void trap_handle(struct trap_frame *frame);

#endif
