/* Reads and writes 32-bit and 16-bit task-state segments in memory (SDM Vol 3A §7.2.1, §7.6,
 * Figures 7-2 and 7-10). Pure. */
#ifndef VMX_CPU_TSS_H
#define VMX_CPU_TSS_H

#include "vmx/cpu/state.h"

/* The layout of a TSS. At `begin` starts a list of items of `unit` bytes each: the instruction
 * pointer, the flags, eight general registers and the segment selectors in the order of their
 * numbers, and the selector of the LDT. */
struct tss_layout {
    uint8_t size;     /* bytes that a task switch reads */
    uint8_t begin;    /* offset of the list, in bytes */
    uint8_t unit;     /* 2 or 4 bytes */
    uint8_t segments; /* number of segment selectors */
};
extern const struct tss_layout tss_layout_32, tss_layout_16;

struct tss_image {
    uint8_t bytes[104];
};

/* Returns the offset behind the bytes that a task switch saves. The last of them is a segment
 * selector, which has two bytes. */
size_t tss_saved_end(const struct tss_layout *layout);

/* Saves the registers in an image of the old TSS. */
void tss_save(const struct tss_layout *layout, const struct guest_cpu *cpu, uint32_t rflags,
              struct tss_image *image);

/* Loads the instruction pointer, flags, general registers and selectors. A 16-bit TSS clears the
 * upper halves of the registers, and FS and GS. */
void tss_load(const struct tss_layout *layout, const struct tss_image *image,
              struct guest_cpu *cpu);

/* Returns CR3 of a 32-bit TSS. A 16-bit TSS has none: returns the current CR3. */
uint32_t tss_cr3(const struct tss_layout *layout, const struct tss_image *image,
                 const struct guest_cpu *cpu);

/* Returns true if the flag T (debug trap) is set. */
bool tss_has_trap(const struct tss_layout *layout, const struct tss_image *image);

#endif
