/* Reading and writing model-specific registers. */
#ifndef KERNEL_MSR_H
#define KERNEL_MSR_H

#include <stdbool.h>
#include <stdint.h>

/* The MSRs that the kernel itself uses, by their SDM names (SDM Vol 4, Table 2-2). The capability
 * MSRs of VMX are in vmx/capability_msrs.def. */
enum msr {
    IA32_APIC_BASE = 0x0000001b,
    IA32_FEATURE_CONTROL = 0x0000003a,
    IA32_BIOS_SIGN_ID = 0x0000008b,
    IA32_UMWAIT_CONTROL = 0x000000e1,
    IA32_APERF = 0x000000e8,
    IA32_MTRRCAP = 0x000000fe,
    IA32_SYSENTER_CS = 0x00000174,
    IA32_SYSENTER_ESP = 0x00000175,
    IA32_SYSENTER_EIP = 0x00000176,
    IA32_DEBUGCTL = 0x000001d9,
    IA32_MTRR_PHYSBASE0 = 0x00000200,
    IA32_MTRR_PHYSMASK0 = 0x00000201,
    IA32_MTRR_FIX64K_00000 = 0x00000250,
    IA32_MTRR_FIX16K_80000 = 0x00000258,
    IA32_MTRR_FIX16K_A0000 = 0x00000259,
    IA32_MTRR_FIX4K_C0000 = 0x00000268,
    IA32_PAT = 0x00000277,
    IA32_MTRR_DEF_TYPE = 0x000002ff,
    IA32_PERF_GLOBAL_CTRL = 0x0000038f,
    IA32_X2APIC_FIRST = 0x00000800, /* first register of the local APIC */
    IA32_TME_ACTIVATE = 0x00000982,
    IA32_BNDCFGS = 0x00000d90,
    IA32_XSS = 0x00000da0,
    IA32_EFER = 0xc0000080,
    IA32_STAR = 0xc0000081,
    IA32_LSTAR = 0xc0000082,
    IA32_CSTAR = 0xc0000083,
    IA32_FMASK = 0xc0000084,
    IA32_FS_BASE = 0xc0000100,
    IA32_GS_BASE = 0xc0000101,
    IA32_KERNEL_GS_BASE = 0xc0000102,
};

/* Reads an MSR that is known to exist. Reading one that does not exist is #GP and panics. */
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

/* Reads an MSR whose existence CPUID does not report. Returns false if the processor raises #GP,
 * and leaves *value alone. The trap handler continues at the second address of the pair in .fixup.
 */
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
