/* Helper functions for rules of vmx/audit/rules_control.def that do not fit in one expression. */
#include "vmx/audit/rules_control.h"

#include "lib/x86.h"
#include "vmx/state_bits.h"

enum { VTPR = 0x80 }; /* offset of the TPR in the virtual-APIC page */

bool audit_ept_type_supported(struct audit *a)
{
    switch (bits_get(V(EPT_POINTER), 2, 0)) {
    case 0:
        return caps_bits(a->input->caps, IA32_VMX_EPT_VPID_CAP_UC);
    case 6:
        return caps_bits(a->input->caps, IA32_VMX_EPT_VPID_CAP_WB);
    default:
        return false;
    }
}

bool audit_ept_walk_supported(struct audit *a)
{
    switch (bits_get(V(EPT_POINTER), 5, 3) + 1) {
    case 4:
        return caps_bits(a->input->caps, IA32_VMX_EPT_VPID_CAP_WALK_LENGTH_4);
    case 5:
        return caps_bits(a->input->caps, IA32_VMX_EPT_VPID_CAP_WALK_LENGTH_5);
    default:
        return false;
    }
}

uint64_t audit_threshold_above_vtpr(struct audit *a)
{
    uint8_t vtpr;
    if (OFF(PRIMARY_USE_TPR_SHADOW) || ON(SECONDARY_VIRTUAL_INTERRUPT_DELIVERY) ||
        ON(SECONDARY_VIRTUALIZE_APIC_ACCESSES))
        return 0;
    if (audit_not_page(a, V(VIRTUAL_APIC_ADDRESS)) ||
        !audit_read(a, V(VIRTUAL_APIC_ADDRESS) + VTPR, &vtpr, sizeof vtpr))
        return 0;
    return at_fault((V(TPR_THRESHOLD) & BITS(3, 0)) > vtpr >> 4, BITS(3, 0));
}

bool audit_injects(struct audit *a, uint64_t types)
{
    uint64_t information = V(VM_ENTRY_INTERRUPTION_INFORMATION_FIELD);
    return (information & EVENT_VALID) && (types & BIT(bits_get(information, 10, 8)));
}

bool audit_vector_in(struct audit *a, uint64_t vectors)
{
    uint64_t vector = bits_get(V(VM_ENTRY_INTERRUPTION_INFORMATION_FIELD), 7, 0);
    return vector < 64 && (vectors & BIT(vector));
}

bool audit_other_event_exists(struct audit *a)
{
    uint64_t vector = bits_get(V(VM_ENTRY_INTERRUPTION_INFORMATION_FIELD), 7, 0);
    bool fred = V(GUEST_CR4) & CR4_FRED;
    return vector == 0 || (fred && vector <= 2); /* MTF, SYSCALL, SYSENTER */
}

bool audit_injects_instruction(struct audit *a)
{
    return audit_injects(a, BITS(6, 4)) ||
           (audit_injects(a, BIT(7)) && !audit_vector_in(a, BIT(0)));
}

bool audit_guest_in_protected_mode(struct audit *a)
{
    return OFF(SECONDARY_UNRESTRICTED_GUEST) || (V(GUEST_CR0) & CR0_PE);
}
