/* Instructions that C cannot express, one function each. */
#ifndef KERNEL_CPU_H
#define KERNEL_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/x86.h"

/* The operand of SGDT, SIDT, LGDT and LIDT. */
struct __attribute__((packed)) table_register {
    uint16_t limit;
    uint64_t base;
};

static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid r;
    __asm__ volatile("cpuid"
                     : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                     : "a"(leaf), "c"(subleaf));
    return r;
}

/* In 64-bit mode RDTSC clears the high halves of both registers. */
static inline uint64_t rdtsc(void)
{
    uint64_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return high << 32 | low;
}

static inline uint8_t in8(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline void out16(uint16_t port, uint16_t value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint16_t in16(uint16_t port)
{
    uint16_t value;
    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline uint32_t in32(uint16_t port)
{
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline void pause(void)
{
    __asm__ volatile("pause");
}

/* Stops this processor forever, with interrupts off. */
static inline _Noreturn void halt(void)
{
    for (;;)
        __asm__ volatile("cli; hlt");
}

#define CPU_REGISTER(name)                                                                         \
    static inline uint64_t read_##name(void)                                                       \
    {                                                                                              \
        uint64_t value;                                                                            \
        __asm__ volatile("mov %%" #name ", %0" : "=r"(value));                                     \
        return value;                                                                              \
    }                                                                                              \
    static inline void write_##name(uint64_t value)                                                \
    {                                                                                              \
        __asm__ volatile("mov %0, %%" #name : : "r"(value) : "memory");                            \
    }
CPU_REGISTER(dr0)
CPU_REGISTER(dr1)
CPU_REGISTER(dr2)
CPU_REGISTER(dr3)
CPU_REGISTER(cr0)
CPU_REGISTER(cr3)
CPU_REGISTER(cr4)
CPU_REGISTER(cr8)
#undef CPU_REGISTER

static inline void invlpg(uint64_t linear)
{
    __asm__ volatile("invlpg (%0)" : : "r"(linear) : "memory");
}

static inline uint64_t read_cr2(void)
{
    uint64_t value;
    __asm__ volatile("mov %%cr2, %0" : "=r"(value));
    return value;
}

static inline void write_cr2(uint64_t value)
{
    __asm__ volatile("mov %0, %%cr2" : : "r"(value));
}

static inline uint64_t read_dr6(void)
{
    uint64_t value;
    __asm__ volatile("mov %%dr6, %0" : "=r"(value));
    return value;
}

static inline void write_dr6(uint64_t value)
{
    __asm__ volatile("mov %0, %%dr6" : : "r"(value));
}

static inline uint64_t read_dr7(void)
{
    uint64_t value;
    __asm__ volatile("mov %%dr7, %0" : "=r"(value));
    return value;
}

static inline void write_dr7(uint64_t value)
{
    __asm__ volatile("mov %0, %%dr7" : : "r"(value));
}

static inline uint64_t read_rflags(void)
{
    uint64_t value;
    __asm__ volatile("pushfq; popq %0" : "=r"(value) : : "memory");
    return value;
}

static inline void write_rflags(uint64_t value)
{
    __asm__ volatile("pushq %0; popfq" : : "r"(value) : "memory", "cc");
}

#define CPU_SELECTOR(name)                                                                         \
    static inline uint16_t read_##name(void)                                                       \
    {                                                                                              \
        uint16_t value;                                                                            \
        __asm__ volatile("mov %%" #name ", %0" : "=r"(value));                                     \
        return value;                                                                              \
    }
CPU_SELECTOR(cs)
CPU_SELECTOR(ss)
CPU_SELECTOR(ds)
CPU_SELECTOR(es)
CPU_SELECTOR(fs)
CPU_SELECTOR(gs)
#undef CPU_SELECTOR

static inline uint16_t read_tr(void)
{
    uint16_t value;
    __asm__ volatile("str %0" : "=r"(value));
    return value;
}

static inline uint16_t read_ldtr(void)
{
    uint16_t value;
    __asm__ volatile("sldt %0" : "=r"(value));
    return value;
}

static inline void load_tr(uint16_t selector)
{
    __asm__ volatile("ltr %0" : : "r"(selector) : "memory");
}

static inline void load_ldtr(uint16_t selector)
{
    __asm__ volatile("lldt %0" : : "r"(selector) : "memory");
}

static inline struct table_register read_gdtr(void)
{
    struct table_register value;
    __asm__ volatile("sgdt %0" : "=m"(value));
    return value;
}

static inline struct table_register read_idtr(void)
{
    struct table_register value;
    __asm__ volatile("sidt %0" : "=m"(value));
    return value;
}

static inline void load_gdtr(struct table_register value)
{
    __asm__ volatile("lgdt %0" : : "m"(value) : "memory");
}

static inline void load_idtr(struct table_register value)
{
    __asm__ volatile("lidt %0" : : "m"(value) : "memory");
}

/* Executes IRET to the next instruction, which unblocks NMIs (SDM Vol 3A §6.7.1). */
static inline void unblock_nmi(void)
{
    uint64_t scratch;
    __asm__ volatile("mov %%rsp, %0\n"
                     "pushq %1\n"
                     "push %0\n"
                     "pushfq\n"
                     "pushq %2\n"
                     "leaq 1f(%%rip), %0\n"
                     "push %0\n"
                     "iretq\n"
                     "1:"
                     : "=&r"(scratch)
                     : "r"((uint64_t)read_ss()), "r"((uint64_t)read_cs())
                     : "memory", "cc");
}

#endif
