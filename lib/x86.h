/* Bits of the processor's registers and tables. Each name is the SDM's name with the register in
 * front. Segment access rights are in lib/segment.h, bits that only VMX uses in vmx/state_bits.h,
 * and MSR numbers in lib/msr.h. */
#ifndef LIB_X86_H
#define LIB_X86_H

#include <stdint.h>

#include "lib/bits.h"

/* Control registers (SDM Vol 3A §2.5). */
#define CR0_PE BIT(0)
#define CR0_MP BIT(1)
#define CR0_EM BIT(2)
#define CR0_TS BIT(3)
#define CR0_ET BIT(4)
#define CR0_NE BIT(5)
#define CR0_WP BIT(16)
#define CR0_AM BIT(18)
#define CR0_NW BIT(29)
#define CR0_CD BIT(30)
#define CR0_PG BIT(31)

#define CR0_LMSW    (CR0_PE | CR0_MP | CR0_EM | CR0_TS) /* the bits that LMSW writes */
#define CR0_DEFINED (CR0_LMSW | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_NW | CR0_CD | CR0_PG)

#define CR3_PCID     BITS(11, 0)  /* with CR4.PCIDE */
#define CR3_PDPT     BITS(31, 5)  /* with PAE paging (§4.4.1) */
#define CR3_LAM      BITS(62, 61) /* LAM_U57, LAM_U48 */
#define CR3_NO_FLUSH BIT(63)      /* operand of MOV to CR3, with CR4.PCIDE */

#define CR4_DE         BIT(3)
#define CR4_PSE        BIT(4)
#define CR4_PAE        BIT(5)
#define CR4_MCE        BIT(6)
#define CR4_PGE        BIT(7)
#define CR4_OSFXSR     BIT(9)
#define CR4_OSXMMEXCPT BIT(10)
#define CR4_LA57       BIT(12)
#define CR4_VMXE       BIT(13)
#define CR4_SMXE       BIT(14)
#define CR4_PCIDE      BIT(17)
#define CR4_OSXSAVE    BIT(18)
#define CR4_KL         BIT(19)
#define CR4_SMEP       BIT(20)
#define CR4_SMAP       BIT(21)
#define CR4_PKE        BIT(22)
#define CR4_CET        BIT(23)
#define CR4_PKS        BIT(24)
#define CR4_UINTR      BIT(25)
#define CR4_LASS       BIT(27)
#define CR4_LAM_SUP    BIT(28)
#define CR4_FRED       BIT(32)

/* Bits whose change loads the PDPTEs again under PAE paging (§4.4.1), and bits whose change
 * invalidates cached translations (§4.10.4.1). */
#define CR0_LOADS_PDPTES (CR0_PG | CR0_CD | CR0_NW)
#define CR0_FLUSHES      (CR0_PG | CR0_WP | CR0_PE)
#define CR4_LOADS_PDPTES (CR4_PAE | CR4_PGE | CR4_PSE | CR4_SMEP)
#define CR4_FLUSHES      (CR4_LOADS_PDPTES | CR4_PCIDE | CR4_LA57 | CR4_SMAP | CR4_PKE)

#define CR8_TPR BITS(3, 0) /* §10.8.6.1 */

/* State components in XCR0 (SDM Vol 1 §13.3). */
#define XCR0_X87     BIT(0)
#define XCR0_SSE     BIT(1)
#define XCR0_AVX     BIT(2)
#define XCR0_AVX_512 BITS(7, 5)

/* IA32_EFER (SDM Vol 3A §2.2.1). */
#define EFER_SCE      BIT(0)
#define EFER_LME      BIT(8)
#define EFER_LMA      BIT(10)
#define EFER_NXE      BIT(11)
#define EFER_RESERVED (~(EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE))

/* RFLAGS (SDM Vol 3A §2.3, Vol 1 §3.4.3). */
#define RFLAGS_CF      BIT(0)
#define RFLAGS_FIXED_1 BIT(1) /* always 1 */
#define RFLAGS_PF      BIT(2)
#define RFLAGS_AF      BIT(4)
#define RFLAGS_ZF      BIT(6)
#define RFLAGS_SF      BIT(7)
#define RFLAGS_TF      BIT(8)
#define RFLAGS_IF      BIT(9)
#define RFLAGS_DF      BIT(10)
#define RFLAGS_OF      BIT(11)
#define RFLAGS_IOPL    BITS(13, 12)
#define RFLAGS_NT      BIT(14)
#define RFLAGS_RF      BIT(16)
#define RFLAGS_VM      BIT(17)
#define RFLAGS_AC      BIT(18)
#define RFLAGS_ID      BIT(21)
#define RFLAGS_FIXED_0 (BITS(63, 22) | BIT(15) | BIT(5) | BIT(3)) /* always 0 */

/* Debug registers (SDM Vol 3B §17.2). DR6.BLD and DR6.RTM are 0 if their event happened. */
#define DR6_BREAKPOINTS BITS(3, 0)
#define DR6_BLD         BIT(11)
#define DR6_BD          BIT(13)
#define DR6_BS          BIT(14)
#define DR6_BT          BIT(15)
#define DR6_RTM         BIT(16)
#define DR6_AT_RESET    UINT64_C(0xffff0ff0) /* SDM Vol 3A, Table 9-1 */

#define DR7_LOCAL   (BIT(0) | BIT(2) | BIT(4) | BIT(6) | BIT(8)) /* L0 to L3, LE */
#define DR7_FIXED_1 BIT(10)                                      /* always 1; DR7 at reset */
#define DR7_RTM     BIT(11)
#define DR7_GD      BIT(13)

/* IA32_DEBUGCTL (SDM Vol 3B §17.4.1). */
#define DEBUGCTL_LBR BIT(0)
#define DEBUGCTL_BTF BIT(1)

/* IA32_FEATURE_CONTROL (SDM Vol 3C §23.7). */
#define FEATURE_CONTROL_LOCK            BIT(0)
#define FEATURE_CONTROL_VMX_OUTSIDE_SMX BIT(2)

#define PAT_AT_RESET UINT64_C(0x0007040600070406) /* IA32_PAT: SDM Vol 3A §11.12.4 */

/* FCW after FINIT and MXCSR after reset (SDM Vol 1 §8.1.5, §10.2.3). */
#define FCW_INITIAL 0x037f
#define MXCSR_RESET 0x1f80

/* Bits of paging-structure entries (SDM Vol 3A §4.3 to §4.5). */
#define PTE_P       BIT(0)
#define PTE_RW      BIT(1)
#define PTE_US      BIT(2)
#define PTE_PWT     BIT(3)
#define PTE_PCD     BIT(4)
#define PTE_A       BIT(5)
#define PTE_D       BIT(6)
#define PTE_PS      BIT(7) /* above level 1: the entry maps a page */
#define PTE_ADDRESS BITS(51, 12)
#define PTE_XD      BIT(63)

/* Vectors of exceptions and of NMIs (SDM Vol 3A §6.3.1, Table 6-1). */
enum vector {
    VECTOR_DE = 0,
    VECTOR_DB = 1,
    VECTOR_NMI = 2,
    VECTOR_BR = 5,
    VECTOR_UD = 6,
    VECTOR_NM = 7,
    VECTOR_DF = 8,
    VECTOR_TS = 10,
    VECTOR_NP = 11,
    VECTOR_SS = 12,
    VECTOR_GP = 13,
    VECTOR_PF = 14,
    VECTOR_MF = 16,
    VECTOR_AC = 17,
    VECTOR_MC = 18,
    VECTOR_XM = 19,
    VECTOR_VE = 20,
    VECTOR_CP = 21,
};

/* CPUID (SDM Vol 2A): its result, leaf numbers, and feature bits named by leaf and register. */
struct cpuid {
    uint32_t eax, ebx, ecx, edx;
};

#define CPUID_LEAF_FEATURES          UINT32_C(0x1)
#define CPUID_LEAF_POWER             UINT32_C(0x6)
#define CPUID_LEAF_MORE_FEATURES     UINT32_C(0x7)
#define CPUID_LEAF_XSAVE             UINT32_C(0xd)
#define CPUID_LEAF_TSC               UINT32_C(0x15)
#define CPUID_LEAF_FREQUENCY         UINT32_C(0x16)
#define CPUID_LEAF_HYPERVISOR        UINT32_C(0x40000000)
#define CPUID_LEAF_EXTENDED          UINT32_C(0x80000000)
#define CPUID_LEAF_EXTENDED_FEATURES UINT32_C(0x80000001)
#define CPUID_LEAF_BRAND             UINT32_C(0x80000002) /* the first of three leaves */
#define CPUID_LEAF_ADDRESS_WIDTHS    UINT32_C(0x80000008)

#define CPUID_1_ECX_VMX            BIT(5)
#define CPUID_1_ECX_XSAVE          BIT(26)
#define CPUID_1_ECX_OSXSAVE        BIT(27)
#define CPUID_1_ECX_HYPERVISOR     BIT(31)
#define CPUID_1_EDX_MCE            BIT(7)
#define CPUID_1_EDX_APIC           BIT(9)
#define CPUID_1_EDX_MTRR           BIT(12)
#define CPUID_6_ECX_APERF          BIT(0)
#define CPUID_7_EBX_RTM            BIT(11)
#define CPUID_7_ECX_OSPKE          BIT(4)
#define CPUID_7_ECX_TME            BIT(13)
#define CPUID_80000001_EDX_SYSCALL BIT(11)
#define CPUID_80000001_EDX_NX      BIT(20)
#define CPUID_80000001_EDX_PAGE_1G BIT(26)
#define CPUID_80000001_EDX_LM      BIT(29)

#endif
