/* Logical addresses of a guest: the checks of segmentation and the linear address (SDM Vol 3A
 * §3.3.7, §5.3, §5.5, §5.8.3; Vol 1 §3.3.7.1), alignment checks, and the memory operands that VM
 * exits report (Vol 3C §27.2.5). Pure. */
#ifndef VMX_CPU_SEGMENT_H
#define VMX_CPU_SEGMENT_H

#include "vmx/cpu/state.h"

/* An operand in memory. The offset is already cut to the address size. */
struct guest_operand {
    unsigned segment; /* enum guest_segment */
    uint64_t offset;
};

/* Returns the memory operand that a VM exit reports. `information`: the VM-exit instruction
 * information, in the form that SDM Vol 3C, Tables 27-9 to 27-14, share. `displacement`: the exit
 * qualification. */
struct guest_operand guest_operand_of(const struct guest_cpu *cpu, uint32_t information,
                                      uint64_t displacement);

/* Sets *linear to the linear address of `size` bytes. Returns false and raises #GP(0), or #SS(0)
 * for the stack segment, if segmentation forbids the read or write of any of them. */
bool guest_operand_linear(struct guest_cpu *cpu, struct guest_operand operand, size_t size,
                          bool write, uint64_t *linear);

/* Checks an operand and reads it. Returns false and sets cpu->fault if it cannot. */
bool guest_operand_read(struct guest_cpu *cpu, struct guest_operand operand, void *to, size_t size);

/* Returns false and raises #AC(0) if alignment checking is on and the address is not a multiple of
 * `unit` (SDM Vol 3A §6.15). */
bool guest_is_aligned(struct guest_cpu *cpu, uint64_t linear, uint64_t unit);

/* Returns the mask of an offset of 2, 4 or 8 bytes. */
uint64_t guest_address_mask(unsigned size);

#endif
