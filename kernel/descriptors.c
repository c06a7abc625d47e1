/* Filling in and loading GDT, TSS and IDT. All processors share one IDT, whose 256 gates lead to
 * kernel/trap.asm. */
#include "kernel/descriptors.h"

#include "kernel/cpu.h"
#include "lib/segment.h"
#include "lib/x86.h"

#define GATE_INTERRUPT UINT64_C(0x8e00) /* present, DPL 0, 64-bit interrupt gate */

struct idt_gate {
    uint64_t low, high;
};

/* kernel/trap.asm has an entry of TRAP_STUB_SIZE bytes for each vector. */
enum { TRAP_STUB_SIZE = 16 };
extern const uint8_t trap_stubs[];

static struct idt_gate idt[IDT_ENTRIES] __attribute__((aligned(16)));

static struct idt_gate gate_make(uint64_t target, unsigned ist)
{
    return (struct idt_gate){
        .low = (target & 0xffff) | (uint64_t)SELECTOR_CODE << 16 | (uint64_t)ist << 32 |
               GATE_INTERRUPT << 32 | (target >> 16 & 0xffff) << 48,
        .high = target >> 32,
    };
}

static unsigned ist_of(unsigned vector)
{
    switch (vector) {
    case 2:
        return IST_NMI;
    case 8:
        return IST_DOUBLE_FAULT;
    case 18:
        return IST_MACHINE_CHECK;
    default:
        return 0;
    }
}

static void gdt_fill(uint64_t *gdt, const struct tss *tss)
{
    uint64_t base = (uintptr_t)tss;
    uint64_t limit = sizeof *tss - 1;
    gdt[SELECTOR_CODE / 8] = DESCRIPTOR_CODE_64;
    gdt[SELECTOR_DATA / 8] = DESCRIPTOR_DATA;
    gdt[SELECTOR_TSS / 8] =
        limit | (base & 0xffffff) << 16 | DESCRIPTOR_TSS_AVAILABLE | (base >> 24 & 0xff) << 56;
    gdt[SELECTOR_TSS / 8 + 1] = base >> 32;
}

/* Reloads every segment register from the new GDT. A far return reloads CS. */
static void segments_load(void)
{
    __asm__ volatile("mov %0, %%ds\n"
                     "mov %0, %%es\n"
                     "mov %0, %%ss\n"
                     "mov %1, %%fs\n"
                     "mov %1, %%gs\n"
                     "pushq %2\n"
                     "leaq 1f(%%rip), %%rax\n"
                     "pushq %%rax\n"
                     "lretq\n"
                     "1:\n"
                     :
                     : "r"(SELECTOR_DATA), "r"(0), "i"(SELECTOR_CODE)
                     : "rax", "memory");
}

void descriptors_load(uint64_t gdt[GDT_ENTRIES], struct tss *tss)
{
    tss->io_map_base = sizeof *tss; /* beyond the limit: no I/O permission map */
    gdt_fill(gdt, tss);
    for (unsigned vector = 0; vector < IDT_ENTRIES; vector++) {
        idt[vector] =
            gate_make((uintptr_t)trap_stubs + (uint64_t)vector * TRAP_STUB_SIZE, ist_of(vector));
    }

    load_gdtr(
        (struct table_register){.limit = GDT_ENTRIES * sizeof gdt[0] - 1, .base = (uintptr_t)gdt});
    segments_load();
    load_tr(SELECTOR_TSS);
    load_ldtr(0);
    load_idtr((struct table_register){.limit = sizeof idt - 1, .base = (uintptr_t)idt});
    /* Without CR4.MCE, a machine check shuts the processor down silently. */
    if (cpuid(1, 0).edx & CPUID_1_EDX_MCE)
        write_cr4(read_cr4() | CR4_MCE);
}
