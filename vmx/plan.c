/* Writing a plan into an image. */
#include "vmx/plan.h"

#include "lib/bits.h"

/* The VMCS link pointer if there is no linked VMCS (SDM Vol 3C §24.4.2 "Guest Non-Register
 * State"). */
#define NO_LINK UINT64_MAX

/* The multiplier is a fixed-point number with 48 bits of fraction (SDM Vol 3C §24.6.5). */
#define TSC_MULTIPLIER_ONE BIT(48)

const struct intercepts intercept_all = {UINT32_MAX, UINT64_MAX, UINT64_MAX, true};

uint64_t plan_fixed_cr0(const struct vmx_caps *caps, uint64_t cr0)
{
    return (cr0 & caps->value[IA32_VMX_CR0_FIXED1]) | caps->value[IA32_VMX_CR0_FIXED0];
}

uint64_t plan_fixed_cr4(const struct vmx_caps *caps, uint64_t cr4)
{
    return (cr4 & caps->value[IA32_VMX_CR4_FIXED1]) | caps->value[IA32_VMX_CR4_FIXED0];
}

static void write_controls(const struct plan *plan, struct vmcs_image *image)
{
    for (enum control_word word = 0; word < CONTROL_WORDS; word++)
        image_set(image, field_of_word(word), plan->controls.value[word]);
    image_set(image, CR3_TARGET_COUNT, 0);
#define REGION(FIELD, name, fill) image_set(image, FIELD, plan->regions.name.value);
#include "vmx/regions.def"
#undef REGION
    image_set(image, PML_INDEX, PLAN_PML_INDEX);
    image_set(image, XSS_EXITING_BITMAP, plan->intercepts.others ? UINT64_MAX : 0);
    image_set(image, ENCLS_EXITING_BITMAP, plan->intercepts.others ? UINT64_MAX : 0);
    image_set(image, ENCLV_EXITING_BITMAP, plan->intercepts.others ? UINT64_MAX : 0);
    image_set(image, PCONFIG_EXITING_BITMAP, plan->intercepts.others ? UINT64_MAX : 0);
    image_set(image, VIRTUAL_PROCESSOR_IDENTIFIER, plan->vpid);
    image_set(image, EPT_POINTER, plan->ept_pointer);
    image_set(image, EXCEPTION_BITMAP, plan->intercepts.exceptions);
    /* With mask and match 0, page faults exit like other exceptions of the bitmap. */
    image_set(image, PAGE_FAULT_ERROR_CODE_MASK, 0);
    image_set(image, PAGE_FAULT_ERROR_CODE_MATCH, 0);
    image_set(image, TSC_OFFSET, 0);
    image_set(image, TSC_MULTIPLIER, TSC_MULTIPLIER_ONE);
    image_set(image, VMX_PREEMPTION_TIMER_VALUE, plan->preemption_timer);
    image_set(image, CR0_GUEST_HOST_MASK, plan->intercepts.cr0_bits);
    image_set(image, CR4_GUEST_HOST_MASK, plan->intercepts.cr4_bits);
    image_set(image, CR0_READ_SHADOW, plan->guest.cr0_shadow);
    image_set(image, CR4_READ_SHADOW, plan->guest.cr4_shadow);
    image_set(image, VM_EXIT_MSR_STORE_COUNT, 0);
    image_set(image, VM_EXIT_MSR_LOAD_COUNT, 0);
    image_set(image, VM_ENTRY_MSR_LOAD_COUNT, 0);
    image_set(image, VM_ENTRY_INTERRUPTION_INFORMATION_FIELD, 0);
    image_set(image, VM_ENTRY_EXCEPTION_ERROR_CODE, 0);
    image_set(image, VM_ENTRY_INSTRUCTION_LENGTH, 0);
}

static void write_host(const struct host_state *host, struct vmcs_image *image)
{
#define HOST(field, member, now) image_set(image, field, host->member);
#include "vmx/host_state.def"
#undef HOST
}

static void write_segments(const struct guest_state *guest, struct vmcs_image *image)
{
#define SEGMENT(NAME, name)                                                                        \
    image_set(image, GUEST_##NAME##_SELECTOR, guest->name.selector);                               \
    image_set(image, GUEST_##NAME##_BASE, guest->name.base);                                       \
    image_set(image, GUEST_##NAME##_LIMIT, guest->name.limit);                                     \
    image_set(image, GUEST_##NAME##_ACCESS_RIGHTS, guest->name.access_rights);
    SEGMENT(CS, cs)
    SEGMENT(SS, ss)
    SEGMENT(DS, ds)
    SEGMENT(ES, es)
    SEGMENT(FS, fs)
    SEGMENT(GS, gs)
    SEGMENT(TR, tr)
    SEGMENT(LDTR, ldtr)
#undef SEGMENT
}

static void write_guest(const struct guest_state *guest, struct vmcs_image *image)
{
    image_set(image, GUEST_CR0, guest->cr0);
    image_set(image, GUEST_CR3, guest->cr3);
    image_set(image, GUEST_CR4, guest->cr4);
    image_set(image, GUEST_DR7, guest->dr7);
    image_set(image, GUEST_IA32_DEBUGCTL, guest->debugctl);
    image_set(image, GUEST_IA32_SYSENTER_CS, guest->sysenter_cs);
    image_set(image, GUEST_IA32_SYSENTER_ESP, guest->sysenter_esp);
    image_set(image, GUEST_IA32_SYSENTER_EIP, guest->sysenter_eip);
    image_set(image, GUEST_IA32_PAT, guest->pat);
    image_set(image, GUEST_IA32_EFER, guest->efer);
    write_segments(guest, image);
    image_set(image, GUEST_GDTR_BASE, guest->gdtr_base);
    image_set(image, GUEST_GDTR_LIMIT, guest->gdtr_limit);
    image_set(image, GUEST_IDTR_BASE, guest->idtr_base);
    image_set(image, GUEST_IDTR_LIMIT, guest->idtr_limit);
    image_set(image, GUEST_RIP, guest->rip);
    image_set(image, GUEST_RSP, guest->rsp);
    image_set(image, GUEST_RFLAGS, guest->rflags);
    image_set(image, GUEST_ACTIVITY_STATE, 0);
    image_set(image, GUEST_INTERRUPTIBILITY_STATE, 0);
    image_set(image, GUEST_PENDING_DEBUG_EXCEPTIONS, 0);
    image_set(image, VMCS_LINK_POINTER, NO_LINK);
}

/* Completes the image. VMCLEAR leaves unwritten fields undefined, so fields that the plan does not
 * name become 0. Fields that the processor lacks become unknown. */
static void complete(const struct vmx_caps *caps, struct vmcs_image *image)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        struct vmcs_field field = field_at(i);
        image->known[i] = field_type(field) != FIELD_READ_ONLY && field_exists(field, caps);
        if (!image->known[i])
            image->value[i] = 0;
    }
}

void plan_write(const struct plan *plan, const struct vmx_caps *caps, struct vmcs_image *image)
{
    *image = (struct vmcs_image){0};
    write_controls(plan, image);
    write_host(&plan->host, image);
    write_guest(&plan->guest, image);
    complete(caps, image);
}
