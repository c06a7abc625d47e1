/* Reading and writing model-specific registers. */
#ifndef KERNEL_MSR_H
#define KERNEL_MSR_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/msr.h"

/* Reads an MSR that must exist. Otherwise the processor raises #GP, and the kernel panics. */
static inline uint64_t msr_read(uint32_t msr)
{
    uint32_t low, high;
    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static inline void msr_write(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr"
                     :
                     : "a"((uint32_t)value), "d"((uint32_t)(value >> 32)), "c"(msr)
                     : "memory");
}

/* Reads an MSR that may not exist. If the processor raises #GP, returns false and leaves *value
 * alone: the trap handler continues at the second address of the pair in .fixup. */
static inline bool msr_try_read(uint32_t msr, uint64_t *value)
{
    uint32_t low, high;
    __asm__ volatile goto("1: rdmsr\n"
                          ".pushsection .fixup, \"a\"\n"
                          ".quad 1b, %l[fault]\n"
                          ".popsection\n"
                          : "=a"(low), "=d"(high)
                          : "c"(msr)
                          :
                          : fault);
    *value = (uint64_t)high << 32 | low;
    return true;
fault:
    return false;
}

/* Writes a value that the processor may refuse. Returns false if it raises #GP. */
static inline bool msr_try_write(uint32_t msr, uint64_t value)
{
    __asm__ goto("1: wrmsr\n"
                 ".pushsection .fixup, \"a\"\n"
                 ".quad 1b, %l[fault]\n"
                 ".popsection\n"
                 :
                 : "a"((uint32_t)value), "d"((uint32_t)(value >> 32)), "c"(msr)
                 : "memory"
                 : fault);
    return true;
fault:
    return false;
}

#endif
