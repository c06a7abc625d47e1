/* SGDT, SIDT, LGDT, LIDT, LLDT and LTR, and what else reads descriptors (SDM Vol 2A and 2B, the
 * instructions' pages; Vol 3A §2.4, §3.4.5, §3.5). That an instruction is #UD in real and
 * virtual-8086 mode, or #GP(0) for its CPL, comes before its VM exit (Vol 3C §25.1.1). Pure. */
#ifndef VMX_CPU_DESCRIPTOR_H
#define VMX_CPU_DESCRIPTOR_H

#include "vmx/cpu/segment.h"

/* All return false with cpu->fault where the instruction does not complete. */
bool guest_table_store(struct guest_cpu *cpu, struct guest_operand to,
                       const struct guest_table *table);

/* `narrow`: the operand size is 16 bits, with which the base has 24; not in 64-bit mode. */
bool guest_table_load(struct guest_cpu *cpu, struct guest_operand from, bool narrow,
                      struct guest_table *table);

/* The selector in 16 bits of memory, as SLDT, STR, LLDT and LTR have it. */
bool guest_selector_store(struct guest_cpu *cpu, struct guest_operand to, uint16_t selector);

/* A register of 64 bits after SLDT or STR with an operand size of 2, 4 or 8 bytes. */
uint64_t guest_selector_in_register(uint64_t before, uint16_t selector, unsigned size);

bool guest_ldtr_load(struct guest_cpu *cpu, uint16_t selector);
bool guest_tr_load(struct guest_cpu *cpu, uint16_t selector);

/* Where the `size` bytes of a selector's descriptor are, in the GDT or the LDT. False where not all
 * of them are in the table: `vector` with the selector. */
bool guest_descriptor_find(struct guest_cpu *cpu, uint16_t selector, size_t size,
                           enum vector vector, uint64_t *linear);

/* A selector as error codes have it: EXT is not its RPL. */
static inline uint32_t guest_selector_error(uint16_t selector)
{
    return selector & UINT32_C(0xfffc);
}

static inline bool guest_selector_is_null(uint16_t selector)
{
    return guest_selector_error(selector) == 0;
}

#endif
