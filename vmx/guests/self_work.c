/* Trying exceptions, MSRs, control registers, page tables, and registers across VM exits. */
#include "vmx/guests/self_work.h"

#include <stdbool.h>

#include "kernel/cpu.h"
#include "kernel/msr.h"
#include "lib/address.h"
#include "lib/bits.h"
#include "lib/string.h"
#include "lib/x86.h"
#include "vmx/vector_state.h"

bool self_registers_hold(void); /* vmx/guests/self.asm */

#define XCR0_VECTORS (XCR0_X87 | XCR0_SSE | XCR0_AVX | XCR0_AVX_512)
#define PAGE_DATA    (PTE_P | PTE_RW | PTE_A | PTE_D)
#define LAST_OF_USER 255 /* the last entry of a level-4 table for the lower half */
#define WINDOW       ((volatile uint64_t *)((uint64_t)LAST_OF_USER << 39))

/* Returns true if CPUID names Trapline as the hypervisor. */
static bool is_guest(void)
{
    const struct cpuid leaf = cpuid(CPUID_LEAF_HYPERVISOR, 0);
    return (cpuid(1, 0).ecx & CPUID_1_ECX_HYPERVISOR) && memcmp(&leaf.ebx, "Trap", 4) == 0;
}

static bool registers_hold(void)
{
    const uint64_t cr0 = read_cr0(), cr4 = read_cr4();
    write_cr0(cr0 & ~(CR0_EM | CR0_TS));
    write_cr4(cr4 | CR4_OSFXSR);
    bool hold = self_registers_hold();
    write_cr4(cr4);
    write_cr0(cr0);
    return hold;
}

/* An XSAVE area in standard form, with room for all of XCR0_VECTORS (SDM Vol 1 §13.4). */
struct __attribute__((aligned(64))) area {
    uint16_t fcw;
    uint8_t x87_state[22];
    uint32_t mxcsr;
    uint8_t x87_registers[132], xmm[256], reserved[96];
    uint64_t components;
    uint8_t header[56], rest[3520];
};
_Static_assert(sizeof(struct area) == PAGE_SIZE && offsetof(struct area, xmm) == 160 &&
                   offsetof(struct area, components) == 512,
               "as XSAVE writes it");

static void save(struct area *area, uint64_t components)
{
    memset(area, 0, sizeof *area);
    __asm__ volatile("xsave64 %0"
                     : "+m"(*area)
                     : "a"((uint32_t)components), "d"((uint32_t)(components >> 32)));
}

/* Returns true if a VM exit leaves every bit of the vector registers alone. The compiler does not
 * use these registers. */
static bool hold_components(uint64_t components)
{
    static struct area filled, before, after;
    memset(&filled, 0x5a, sizeof filled);
    memset(filled.header, 0, sizeof filled.header);
    filled.fcw = FCW_INITIAL;
    filled.mxcsr = MXCSR_RESET;
    filled.components = components;
    __asm__ volatile("xrstor64 %0"
                     :
                     : "m"(filled), "a"((uint32_t)components), "d"((uint32_t)(components >> 32)));
    save(&before, components);
    (void)cpuid(0, 0);
    save(&after, components);
    return memcmp(before.xmm, filled.xmm, sizeof before.xmm) == 0 &&
           memcmp(&before, &after, sizeof before) == 0;
}

static bool vectors_hold(void)
{
    if (!(cpuid(1, 0).ecx & CPUID_1_ECX_XSAVE))
        return true; /* registers_hold() has checked the XMM registers */
    const uint64_t xcr0 = vector_state_read_xcr0(), cr0 = read_cr0(), cr4 = read_cr4();
    const uint64_t components = cpuid(CPUID_LEAF_XSAVE, 0).eax & XCR0_VECTORS;
    write_cr0(cr0 & ~(CR0_EM | CR0_TS));
    bool hold = vector_state_write_xcr0(components);
    write_cr4(cr4 | CR4_OSFXSR | CR4_OSXSAVE);
    hold = hold && hold_components(components);
    write_cr4(cr4);
    write_cr0(cr0);
    vector_state_init();
    return vector_state_write_xcr0(xcr0) && hold;
}

/* Provokes #GP, which the kernel's own IDT handles, by writing an address that is not canonical. An
 * access to a missing MSR would not do: some hypervisors ignore it. */
static bool exceptions_work(void)
{
    const uint64_t before = msr_read(IA32_KERNEL_GS_BASE);
    return !msr_try_write(IA32_KERNEL_GS_BASE, BIT(63)) && msr_read(IA32_KERNEL_GS_BASE) == before;
}

static bool msrs_work(void)
{
    const uint64_t before = msr_read(IA32_SYSENTER_ESP), other = UINT64_C(0x00007fff12345678);
    msr_write(IA32_SYSENTER_ESP, other);
    bool works = msr_read(IA32_SYSENTER_ESP) == other;
    msr_write(IA32_SYSENTER_ESP, before);
    return works && msr_read(IA32_SYSENTER_ESP) == before;
}

static bool control_registers_work(void)
{
    const uint64_t cr0 = read_cr0(), cr3 = read_cr3(), cr4 = read_cr4();
    write_cr0(cr0 & ~CR0_WP);
    write_cr4(cr4 ^ CR4_PGE);
    write_cr3(cr3);
    bool works = read_cr0() == (cr0 & ~CR0_WP) && read_cr4() == (cr4 ^ CR4_PGE);
    write_cr4(cr4);
    write_cr0(cr0);
    return works && read_cr0() == cr0 && read_cr4() == cr4 && read_cr3() == cr3 &&
           !(cr4 & CR4_VMXE); /* the read shadow hides it */
}

/* Maps one page at WINDOW, then another page at the same address. */
static bool page_tables_work(void)
{
    static struct {
        uint64_t pdpt[512], directory[512], table[512], one[512], other[512];
    } __attribute__((aligned(4096))) pages;
    uint64_t *root = (uint64_t *)(read_cr3() & PTE_ADDRESS);
    if (root[LAST_OF_USER] != 0)
        return false;
    pages.pdpt[0] = (uintptr_t)pages.directory | PAGE_DATA;
    pages.directory[0] = (uintptr_t)pages.table | PAGE_DATA;
    pages.table[0] = (uintptr_t)pages.one | PAGE_DATA;
    pages.one[0] = 1;
    pages.other[0] = 2;
    root[LAST_OF_USER] = (uintptr_t)pages.pdpt | PAGE_DATA;
    bool works = *WINDOW == 1;
    *WINDOW = 3;
    pages.table[0] = (uintptr_t)pages.other | PAGE_DATA;
    invlpg((uintptr_t)WINDOW);
    works = works && pages.one[0] == 3 && *WINDOW == 2;
    root[LAST_OF_USER] = 0;
    write_cr3(read_cr3());
    return works;
}

static const struct {
    const char *name;
    bool (*works)(void);
} work[] = {
    {"CPUID (the hypervisor leaf)", is_guest},
    {"registers over VM exits", registers_hold},
    {"vector registers over VM exits", vectors_hold},
    {"exceptions", exceptions_work},
    {"MSRs", msrs_work},
    {"control registers", control_registers_work},
    {"page tables", page_tables_work},
};

const char *self_work(void)
{
    for (unsigned i = 0; i < ARRAY_COUNT(work); i++) {
        if (!work[i].works())
            return work[i].name;
    }
    return NULL;
}
