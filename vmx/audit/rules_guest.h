/* Helper functions for rules of vmx/audit/rules_guest.def: the kind of guest that is entered, and
 * checks that recur for several registers. */
#ifndef VMX_AUDIT_RULES_GUEST_H
#define VMX_AUDIT_RULES_GUEST_H

#include "lib/segment.h"
#include "lib/x86.h"
#include "vmx/audit/rule.h"
#include "vmx/state_bits.h"

/* IA32_S_CET. */
#define S_CET_SUPPRESS BIT(10)
#define S_CET_TRACKER  BIT(11)

/* Segment types (SDM Vol 3A §3.4.5.1 and §3.5). */
enum {
    TYPE_READ_WRITE_ACCESSED = 3,
    TYPE_BUSY_TSS_16 = SEGMENT_TSS_16 | SEGMENT_TSS_BUSY,
    TYPE_BUSY_TSS = SEGMENT_TSS_32 | SEGMENT_TSS_BUSY,
    TYPE_LAST_NONCONFORMING = 11,
};

static inline bool guest_cr0_has(struct audit *a, uint64_t bit)
{
    return V(GUEST_CR0) & bit;
}

static inline bool guest_cr4_has(struct audit *a, uint64_t bit)
{
    return V(GUEST_CR4) & bit;
}

static inline bool guest_rflags_has(struct audit *a, uint64_t bit)
{
    return V(GUEST_RFLAGS) & bit;
}

static inline bool guest_is_v86(struct audit *a)
{
    return guest_rflags_has(a, RFLAGS_VM);
}

static inline bool guest_is_64_bit(struct audit *a)
{
    return ON(ENTRY_IA_32E_MODE_GUEST) && V(GUEST_CS_ACCESS_RIGHTS) & ACCESS_RIGHTS_L;
}

/* Returns the DPL of SS, the privilege level at which the guest starts. */
static inline uint64_t guest_ss_dpl(struct audit *a)
{
    return bits_get(V(GUEST_SS_ACCESS_RIGHTS), 6, 5);
}

static inline bool guest_uses_pae(struct audit *a)
{
    return guest_cr0_has(a, CR0_PG) && guest_cr4_has(a, CR4_PAE) && OFF(ENTRY_IA_32E_MODE_GUEST);
}

/* Returns the bits of an address beyond the linear-address width if they are not all the same.
 * Weaker than "canonical": they may differ from the highest bit within the width. */
static inline uint64_t guest_not_same_above_width(struct audit *a, uint64_t address)
{
    uint64_t high = BITS(63, a->input->caps->linear_bits);
    return address & BIT(63) ? ~address & high : address & high;
}

static inline uint64_t guest_segment_type(uint64_t access_rights)
{
    return access_rights & ACCESS_RIGHTS_TYPE;
}

/* Returns the bits of the type of CS that say "code segment", "conforming" and "accessed". */
static inline uint64_t guest_cs_code_type(struct audit *a)
{
    return V(GUEST_CS_ACCESS_RIGHTS) & (SEGMENT_CODE | SEGMENT_EXPAND_DOWN | SEGMENT_ACCESSED);
}

static inline bool guest_cs_is_data(struct audit *a)
{
    return guest_segment_type(V(GUEST_CS_ACCESS_RIGHTS)) == TYPE_READ_WRITE_ACCESSED;
}

/* Returns true if the processor checks the access rights of a register bit by bit: if the guest is
 * not in virtual-8086 mode and the register is usable. CS always counts as usable. */
static inline bool guest_segment_is_checked(struct audit *a, struct vmcs_field access_rights)
{
    return !guest_is_v86(a) && (access_rights.index == GUEST_CS_ACCESS_RIGHTS.index ||
                                !(V(access_rights) & ACCESS_RIGHTS_UNUSABLE));
}

/* Returns the bit G if it is 1 although the limit is not a whole number of 4-KByte units. */
static inline uint64_t guest_g_must_be_0(struct audit *a, struct vmcs_field limit,
                                         struct vmcs_field access_rights)
{
    return at_fault(~V(limit) & BITS(11, 0), V(access_rights) & ACCESS_RIGHTS_G);
}

/* Returns the bit G if it is 0 although the limit needs more than 20 bits. */
static inline uint64_t guest_g_must_be_1(struct audit *a, struct vmcs_field limit,
                                         struct vmcs_field access_rights)
{
    return at_fault(V(limit) & BITS(31, 20), ~V(access_rights) & ACCESS_RIGHTS_G);
}

/* State 0 is always supported, states 1 to 3 if IA32_VMX_MISC bits 8:6 say so, others never. */
static inline bool guest_activity_is_supported(struct audit *a)
{
    const struct vmx_caps *caps = a->input->caps;
    switch (V(GUEST_ACTIVITY_STATE)) {
    case ACTIVITY_ACTIVE:
        return true;
    case ACTIVITY_HLT:
        return caps_bits(caps, IA32_VMX_MISC_ACTIVITY_HLT);
    case ACTIVITY_SHUTDOWN:
        return caps_bits(caps, IA32_VMX_MISC_ACTIVITY_SHUTDOWN);
    case ACTIVITY_WAIT_FOR_SIPI:
        return caps_bits(caps, IA32_VMX_MISC_ACTIVITY_WAIT_FOR_SIPI);
    default:
        return false;
    }
}

static inline bool guest_activity_is(struct audit *a, uint64_t state)
{
    return V(GUEST_ACTIVITY_STATE) == state;
}

static inline bool guest_interruptibility_has(struct audit *a, uint64_t bit)
{
    return V(GUEST_INTERRUPTIBILITY_STATE) & bit;
}

static inline bool entry_injects_event(struct audit *a)
{
    return V(VM_ENTRY_INTERRUPTION_INFORMATION_FIELD) & EVENT_VALID;
}

static inline bool entry_injects(struct audit *a, unsigned type)
{
    return entry_injects_event(a) &&
           bits_get(V(VM_ENTRY_INTERRUPTION_INFORMATION_FIELD), 10, 8) == type;
}

static inline bool entry_injects_vector(struct audit *a, unsigned type, unsigned vector)
{
    return entry_injects(a, type) &&
           bits_get(V(VM_ENTRY_INTERRUPTION_INFORMATION_FIELD), 7, 0) == vector;
}

/* Returns true if the entry injects an event that is allowed in activity state HLT. */
static inline bool entry_injects_event_for_hlt(struct audit *a)
{
    return entry_injects(a, EVENT_EXTERNAL_INTERRUPT) || entry_injects(a, EVENT_NMI) ||
           entry_injects_vector(a, EVENT_HARDWARE_EXCEPTION, VECTOR_DB) ||
           entry_injects_vector(a, EVENT_HARDWARE_EXCEPTION, VECTOR_MC) ||
           entry_injects_vector(a, EVENT_OTHER, 0);
}

/* Returns true if the processor checks that the pending single-step bit (BS) agrees with TF and
 * BTF. */
static inline bool guest_bs_is_checked(struct audit *a)
{
    return guest_interruptibility_has(a, BLOCKING_BY_STI) ||
           guest_interruptibility_has(a, BLOCKING_BY_MOV_SS) || guest_activity_is(a, ACTIVITY_HLT);
}

static inline bool guest_steps_instructions(struct audit *a)
{
    return guest_rflags_has(a, RFLAGS_TF) && !(V(GUEST_IA32_DEBUGCTL) & DEBUGCTL_BTF);
}

/* Returns the reserved bits that are 1 in a present PDPTE (SDM Vol 3A, Table 4-8). */
static inline uint64_t guest_pdpte_reserved(struct audit *a, uint64_t pdpte)
{
    return at_fault(pdpte & PTE_P,
                    pdpte & (BITS(63, a->input->caps->physical_bits) | BITS(8, 5) | BITS(2, 1)));
}

/* Returns the same bits of all four PDPTEs that CR3 points to. Reads memory. */
static inline uint64_t guest_pdptes_in_memory_reserved(struct audit *a)
{
    uint64_t pdpte[4], bits = 0;
    if (!audit_read(a, V(GUEST_CR3) & BITS(31, 5), pdpte, sizeof pdpte))
        return 0;
    for (unsigned i = 0; i < 4; i++)
        bits |= guest_pdpte_reserved(a, pdpte[i]);
    return bits;
}

static inline bool guest_link_is_used(struct audit *a)
{
    return V(VMCS_LINK_POINTER) != UINT64_MAX;
}

/* Returns true if the link pointer is the address of a page. */
static inline bool guest_link_is_readable(struct audit *a)
{
    return audit_not_page(a, V(VMCS_LINK_POINTER)) == 0;
}

/* Reads the first four bytes of the linked VMCS: the revision identifier and, in bit 31, the
 * shadow-VMCS indicator. */
static inline uint64_t guest_link_header(struct audit *a)
{
    uint32_t header = 0;
    (void)audit_read(a, V(VMCS_LINK_POINTER), &header, sizeof header);
    return header;
}

/* Returns all bits of the link pointer if the VMCS is linked to itself. Needs a->input->places. */
static inline uint64_t guest_link_is_own(struct audit *a)
{
    if (!guest_link_is_used(a))
        return 0;
    if (!a->input->places) {
        a->unknown = true;
        return 0;
    }
    return at_fault(V(VMCS_LINK_POINTER) == a->input->places->vmcs, BITS(63, 0));
}

#endif
