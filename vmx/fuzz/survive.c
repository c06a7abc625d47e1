/* Checking two lists of fields, and the controls that keep the guest in bounds. */
#include "vmx/fuzz/survive.h"

#include "lib/bits.h"
#include "vmx/control.h"
#include "vmx/state_bits.h"

/* Host state that a VM exit may load with any legal value. vmx/fuzz/fuzz.c restores it. */
static const uint16_t harmless_host[] = {
    FIELD_HOST_IA32_SYSENTER_CS, FIELD_HOST_IA32_SYSENTER_ESP, FIELD_HOST_IA32_SYSENTER_EIP,
    FIELD_HOST_IA32_PAT,         FIELD_HOST_FS_BASE,           FIELD_HOST_IA32_PERF_GLOBAL_CTRL,
};

/* Fields that can make the processor write memory, load registers, or trace to memory. */
static const uint16_t dangerous[] = {
    FIELD_EPT_POINTER,
    FIELD_VM_EXIT_MSR_STORE_COUNT,
    FIELD_VM_EXIT_MSR_LOAD_COUNT,
    FIELD_VM_ENTRY_MSR_LOAD_COUNT,
    FIELD_VIRTUAL_APIC_ADDRESS,
    FIELD_POSTED_INTERRUPT_DESCRIPTOR_ADDRESS,
    FIELD_PML_ADDRESS,
    FIELD_VIRTUALIZATION_EXCEPTION_INFORMATION_ADDRESS,
    FIELD_GUEST_IA32_RTIT_CTL,
};

enum {
    LONGEST_TIMER = 0x10000,
};

static bool listed(const uint16_t *list, unsigned count, unsigned field)
{
    for (unsigned i = 0; i < count; i++) {
        if (list[i] == field)
            return true;
    }
    return false;
}

/* Returns true if the value of a dangerous field does no harm: it is the address of one page in
 * scratch memory, or the count of an MSR area whose first entry makes the VM entry fail. A loaded
 * MSR would keep its value. */
static bool value_harmless(const struct vmcs_image *image, unsigned field, struct range scratch,
                           enum reach reach)
{
    uint64_t value = image->value[field];
    switch (field) {
    case FIELD_VIRTUAL_APIC_ADDRESS:
    case FIELD_PML_ADDRESS:
    case FIELD_VIRTUALIZATION_EXCEPTION_INFORMATION_ADDRESS:
        return value >= scratch.start && value < scratch.end;
    case FIELD_VM_ENTRY_MSR_LOAD_COUNT:
        return reach == REACH_MSRS && value == 1;
    default:
        return false;
    }
}

/* Returns true if a VM exit does no harm to the host and its memory. An entry failure loads host
 * state like a VM exit. */
static bool exit_harmless(const struct vmcs_image *image, const struct vmcs_image *base,
                          struct range scratch, enum reach reach)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (!image->known[i] || image->value[i] == base->value[i])
            continue;
        if (field_type(field_at(i)) == FIELD_HOST &&
            !listed(harmless_host, ARRAY_COUNT(harmless_host), i))
            return false;
        if (listed(dangerous, ARRAY_COUNT(dangerous), i) &&
            !value_harmless(image, i, scratch, reach))
            return false;
    }
    /* Without this control the host continues with the guest's EFER.NXE, although its page tables
     * have NX bits. */
    return image_control(image, EXIT_LOAD_IA32_EFER) == image_control(base, EXIT_LOAD_IA32_EFER);
}

/* Returns true if the guest stays in its own memory and is sure to exit. The preemption timer runs
 * in every activity state except wait-for-SIPI. */
static bool guest_harmless(const struct vmcs_image *image)
{
    return image_control(image, PRIMARY_ACTIVATE_SECONDARY_CONTROLS) &&
           image_control(image, SECONDARY_ENABLE_EPT) &&
           image_control(image, PIN_ACTIVATE_VMX_PREEMPTION_TIMER) &&
           image_get(image, VMX_PREEMPTION_TIMER_VALUE) <= LONGEST_TIMER &&
           image_get(image, GUEST_ACTIVITY_STATE) != ACTIVITY_WAIT_FOR_SIPI;
}

bool survive(const struct vmcs_image *image, const struct vmcs_image *base, struct range scratch,
             enum reach reach)
{
    if (reach <= REACH_CONTROLS)
        return true; /* the processor loads nothing */
    return exit_harmless(image, base, scratch, reach) &&
           (reach != REACH_ENTRY || guest_harmless(image));
}
