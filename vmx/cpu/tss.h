/* Task-state segments of 32 and of 16 bits in memory (SDM Vol 3A §7.2.1, §7.6, Figures 7-2 and
 * 7-10). Pure. */
#ifndef VMX_CPU_TSS_H
#define VMX_CPU_TSS_H

#include "vmx/cpu/state.h"

/* From `begin` on stand, a unit each: instruction pointer, flags, eight general registers in the
 * order of their numbers, segment selectors likewise, the selector of the LDT. */
struct tss_layout {
    uint8_t size; /* of what a switch reads, in bytes */
    uint8_t begin, unit;
    uint8_t segments; /* how many there are */
};
extern const struct tss_layout tss_layout_32, tss_layout_16;

struct tss_image {
    uint8_t bytes[104];
};

/* Behind what a switch saves: the last segment selector, which has two bytes in any unit. */
size_t tss_saved_end(const struct tss_layout *layout);

/* Writes what a switch saves into an image of the old TSS. */
void tss_save(const struct tss_layout *layout, const struct guest_cpu *cpu, uint32_t rflags,
              struct tss_image *image);

/* Takes over instruction pointer, flags, registers and selectors. A TSS of 16 bits clears the upper
 * halves, and FS and GS. */
void tss_load(const struct tss_layout *layout, const struct tss_image *image,
              struct guest_cpu *cpu);

/* CR3 of a 32-bit TSS; of another what is in use. */
uint32_t tss_cr3(const struct tss_layout *layout, const struct tss_image *image,
                 const struct guest_cpu *cpu);

/* The flag T. */
bool tss_has_trap(const struct tss_layout *layout, const struct tss_image *image);

#endif
