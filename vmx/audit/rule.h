/* What the rows of vmx/audit/rules*.def are written in: values of the image, controls, and the
 * checks that recur. Each answers with the bits at fault, 0 where there are none. Pure. */
#ifndef VMX_AUDIT_RULE_H
#define VMX_AUDIT_RULE_H

#include "lib/bits.h"
#include "vmx/audit/input.h"
#include "vmx/control.h"

/* One audit under way. A rule that needed something unknown is not counted as asked. */
struct audit {
    const struct audit_input *input;
    bool unknown; /* set by the functions below during the current rule */
};

/* A field's value; an unknown one makes the current rule unanswered. */
uint64_t audit_value(struct audit *a, struct vmcs_field field);

/* Whether a control is 1, as the processor sees it: the controls of the secondary, tertiary and
 * secondary VM-exit words count as 0 unless these words are activated. */
bool audit_on(struct audit *a, enum control control);

/* In the rows: the value of a field, whether a control is on, the control's bit in its word. */
#define V(field)        audit_value(a, field)
#define ON(control)     audit_on(a, control)
#define OFF(control)    (!audit_on(a, control))
#define BIT_OF(control) BIT(control_table[control].bit)

/* `bits` where `condition` holds, else none. */
static inline uint64_t at_fault(bool condition, uint64_t bits)
{
    return condition ? bits : 0;
}

/* Bits of a control word that the processor does not allow as they are. */
uint64_t audit_not_allowed(struct audit *a, enum control_word word);

/* Bits that keep an address from being canonical in the processor's linear-address width. */
uint64_t audit_not_canonical(struct audit *a, uint64_t address);

/* Bits of a physical address at or above the processor's physical-address width (32 where
 * IA32_VMX_BASIC bit 48 says so for what the VMCS points to). */
uint64_t audit_not_physical(struct audit *a, uint64_t address);

/* The same, and bits 11:0: of an address that has to be that of a page. */
uint64_t audit_not_page(struct audit *a, uint64_t address);

/* Bits of a PAT value in entries that hold no memory type (SDM Vol 3A §11.12.2). */
uint64_t audit_not_pat(uint64_t pat);

/* Bits of CR0 or CR4 that VMX operation fixes and that are not so (SDM Vol 3C §23.8). */
uint64_t audit_not_fixed_cr0(struct audit *a, uint64_t cr0);
uint64_t audit_not_fixed_cr4(struct audit *a, uint64_t cr4);

/* Reads host-physical memory; where it cannot, the current rule is unanswered. */
bool audit_read(struct audit *a, uint64_t address, void *bytes, size_t size);

#endif
