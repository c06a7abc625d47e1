/* Functions and macros that the rows of vmx/audit/rules*.def use: field values, controls, and
 * common checks. Each check returns the bits at fault, or 0 if there are none. Pure. */
#ifndef VMX_AUDIT_RULE_H
#define VMX_AUDIT_RULE_H

#include "lib/bits.h"
#include "vmx/audit/input.h"
#include "vmx/control.h"

/* The state of an audit while it asks one rule. */
struct audit {
    const struct audit_input *input;
    bool unknown; /* the rule needed an unknown field or memory: it does not count as asked */
};

/* Returns the value of a field. Sets a->unknown if the value is not known. */
uint64_t audit_value(struct audit *a, struct vmcs_field field);

/* Returns true if a control is 1 and in effect. A control of the secondary, tertiary or secondary
 * VM-exit word has no effect unless another control activates the word. */
bool audit_on(struct audit *a, enum control control);

/* Short names for the rows: the value of a field; true if a control is on, or off; the mask of a
 * control's bit in its word. */
#define V(field)        audit_value(a, field)
#define ON(control)     audit_on(a, control)
#define OFF(control)    (!audit_on(a, control))
#define BIT_OF(control) BIT(control_table[control].bit)

/* Returns `bits` if `condition` is true, otherwise 0. */
static inline uint64_t at_fault(bool condition, uint64_t bits)
{
    return condition ? bits : 0;
}

/* Returns the bits of a control word whose value the processor does not allow. */
uint64_t audit_not_allowed(struct audit *a, enum control_word word);

/* Returns the bits that make an address non-canonical for the processor's linear-address width. */
uint64_t audit_not_canonical(struct audit *a, uint64_t address);

/* Returns the bits of a physical address beyond the processor's physical-address width. If
 * IA32_VMX_BASIC bit 48 is 1, the width is 32. */
uint64_t audit_not_physical(struct audit *a, uint64_t address);

/* Returns the same bits, and bits 11:0, for an address that must be page-aligned. */
uint64_t audit_not_page(struct audit *a, uint64_t address);

/* Returns the bytes of a PAT value that are not a memory type (SDM Vol 3A §11.12.2). */
uint64_t audit_not_pat(uint64_t pat);

/* Return the bits of CR0 or CR4 that differ from the value that VMX operation fixes (SDM Vol 3C
 * §23.8). */
uint64_t audit_not_fixed_cr0(struct audit *a, uint64_t cr0);
uint64_t audit_not_fixed_cr4(struct audit *a, uint64_t cr4);

/* Reads host-physical memory. Sets a->unknown and returns false if it cannot. */
bool audit_read(struct audit *a, uint64_t address, void *bytes, size_t size);

#endif
