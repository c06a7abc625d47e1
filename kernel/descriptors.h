/* GDT, TSS and IDT of one processor (SDM Vol 3A §3.5, §7.7 "Task Management in 64-bit Mode",
 * §6.14.1 "64-Bit Mode IDT"). */
#ifndef KERNEL_DESCRIPTORS_H
#define KERNEL_DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>

enum {
    SELECTOR_CODE = 0x08,
    SELECTOR_DATA = 0x10,
    SELECTOR_TSS = 0x18,
};

enum {
    GDT_ENTRIES = 5, /* null, code, data, and the two halves of the TSS descriptor */
    IDT_ENTRIES = 256,
};

/* Interrupt stack table indices (1 to 7; 0 means the current stack). */
enum {
    IST_DOUBLE_FAULT = 1,
    IST_NMI = 2,
    IST_MACHINE_CHECK = 3,
};

/* 64-bit TSS: SDM Vol 3A, Figure 7-11. */
struct __attribute__((packed)) tss {
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t reserved1;
    uint64_t ist[7]; /* ist[n - 1] is the stack of IST index n */
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_map_base;
};
_Static_assert(sizeof(struct tss) == 104, "a 64-bit TSS has 104 bytes");
_Static_assert(offsetof(struct tss, ist) == 36, "IST1 is at offset 36");

/* Fills in gdt with a descriptor of tss, in which the caller has set the interrupt stacks. Loads
 * gdt, the segment registers, the task register and the IDT. Enables machine-check exceptions. */
void descriptors_load(uint64_t gdt[GDT_ENTRIES], struct tss *tss);

#endif
