/* Logical addresses of a guest: the checks of segmentation, and the linear address (SDM Vol 3A
 * §3.3.7, §5.3, §5.5, §5.8.3; Vol 1 §3.3.7.1), alignment, and memory operands as VM exits tell them
 * (Vol 3C §27.2.5). Pure. */
#ifndef VMX_CPU_SEGMENT_H
#define VMX_CPU_SEGMENT_H

#include "vmx/cpu/state.h"

/* An operand in memory; the offset has the address size applied. */
struct guest_operand {
    unsigned segment; /* enum guest_segment */
    uint64_t offset;
};

/* The operand of VM-exit instruction information, where bits 31:0 have the form that Tables 27-9 to
 * 27-14 share, and of the displacement in the exit qualification. */
struct guest_operand guest_operand_of(const struct guest_cpu *cpu, uint32_t information,
                                      uint64_t displacement);

/* The linear address of `size` bytes there, all of which may be read, or written. False: #GP(0), or
 * #SS(0) of the stack segment. */
bool guest_operand_linear(struct guest_cpu *cpu, struct guest_operand operand, size_t size,
                          bool write, uint64_t *linear);

/* The checks and the access. */
bool guest_operand_read(struct guest_cpu *cpu, struct guest_operand operand, void *to, size_t size);

/* False: #AC(0), where alignment checks are on and address is no multiple of unit (§6.15). */
bool guest_is_aligned(struct guest_cpu *cpu, uint64_t linear, uint64_t unit);

/* Offsets of 2, 4 or 8 bytes. */
uint64_t guest_address_mask(unsigned size);

#endif
