/* Emulates SGDT, SIDT, LGDT, LIDT, SLDT, STR, LLDT and LTR, and reads descriptors (SDM Vol 2A and
 * 2B, the pages of the instructions; Vol 3A §2.4, §3.4.5, §3.5). The processor checks the mode
 * (#UD) and the CPL (#GP(0)) before the VM exit (Vol 3C §25.1.1), so these functions do not. Pure.
 *
 * The bool functions return false and set cpu->fault if the instruction does not complete. */
#ifndef VMX_CPU_DESCRIPTOR_H
#define VMX_CPU_DESCRIPTOR_H

#include "vmx/cpu/segment.h"

/* Stores a table register in memory: SGDT, SIDT. */
bool guest_table_store(struct guest_cpu *cpu, struct guest_operand to,
                       const struct guest_table *table);

/* Loads a table register from memory: LGDT, LIDT. `narrow`: the operand size is 16 bits, so that
 * only 24 bits of the base are loaded; ignored in 64-bit mode. */
bool guest_table_load(struct guest_cpu *cpu, struct guest_operand from, bool narrow,
                      struct guest_table *table);

/* Stores a selector in 16 bits of memory: SLDT, STR. */
bool guest_selector_store(struct guest_cpu *cpu, struct guest_operand to, uint16_t selector);

/* Returns a 64-bit register after SLDT or STR with an operand size of 2, 4 or 8 bytes. */
uint64_t guest_selector_in_register(uint64_t before, uint16_t selector, unsigned size);

/* Load LDTR or TR: LLDT, LTR. */
bool guest_ldtr_load(struct guest_cpu *cpu, uint16_t selector);
bool guest_tr_load(struct guest_cpu *cpu, uint16_t selector);

/* Finds the linear address of a selector's descriptor of `size` bytes, in the GDT or the LDT.
 * Raises `vector` with the selector if the table does not hold all of these bytes. */
bool guest_descriptor_find(struct guest_cpu *cpu, uint16_t selector, size_t size,
                           enum vector vector, uint64_t *linear);

/* Returns the error code that names a selector: without the RPL, whose place EXT and IDT take. */
static inline uint32_t guest_selector_error(uint16_t selector)
{
    return selector & UINT32_C(0xfffc);
}

static inline bool guest_selector_is_null(uint16_t selector)
{
    return guest_selector_error(selector) == 0;
}

#endif
