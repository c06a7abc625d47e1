/* Makes the processor and the VMCS from which the vectors of the audit's rules start. */
#include "tests/unit/vmx/audit/base.h"

#include <string.h>

#include "lib/bits.h"
#include "vmx/control.h"
#include "vmx/guests/hlt.h"
#include "vmx/plan.h"

/* Unnamed bits of the control words that must be 1: SDM Vol 3D, appendix A.3 to A.5. */
enum {
    PIN_DEFAULT1 = 0x16,
    PRIMARY_DEFAULT1 = 0x04006172,
    EXIT_DEFAULT1 = 0x00036dfb & ~0x200,
    ENTRY_DEFAULT1 = 0x000011fb,
};

static uint64_t all_of(enum control_word word)
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < CONTROL_COUNT; i++)
        bits |= control_table[i].word == word ? BIT(control_table[i].bit) : 0;
    return bits;
}

static uint64_t halves(uint64_t must, uint64_t may)
{
    return must | (must | may) << 32;
}

struct vmx_caps audit_base_caps(void)
{
    struct vmx_caps caps = {.physical_bits = 46, .linear_bits = 57};
    uint64_t *value = caps.value;
    value[IA32_VMX_BASIC] = UINT64_C(0x00da10000000002b) | BIT(55) | BIT(56);
    value[IA32_VMX_TRUE_PINBASED_CTLS] = halves(PIN_DEFAULT1, all_of(WORD_PIN));
    value[IA32_VMX_TRUE_PROCBASED_CTLS] =
        halves(PRIMARY_DEFAULT1 & ~all_of(WORD_PRIMARY), all_of(WORD_PRIMARY));
    value[IA32_VMX_TRUE_EXIT_CTLS] = halves(EXIT_DEFAULT1 & ~all_of(WORD_EXIT), all_of(WORD_EXIT));
    value[IA32_VMX_TRUE_ENTRY_CTLS] =
        halves(ENTRY_DEFAULT1 & ~all_of(WORD_ENTRY), all_of(WORD_ENTRY));
    value[IA32_VMX_PINBASED_CTLS] = value[IA32_VMX_TRUE_PINBASED_CTLS];
    value[IA32_VMX_PROCBASED_CTLS] = value[IA32_VMX_TRUE_PROCBASED_CTLS];
    value[IA32_VMX_EXIT_CTLS] = value[IA32_VMX_TRUE_EXIT_CTLS];
    value[IA32_VMX_ENTRY_CTLS] = value[IA32_VMX_TRUE_ENTRY_CTLS];
    value[IA32_VMX_PROCBASED_CTLS2] = halves(0, all_of(WORD_SECONDARY));
    value[IA32_VMX_PROCBASED_CTLS3] = all_of(WORD_TERTIARY);
    value[IA32_VMX_EXIT_CTLS2] = all_of(WORD_EXIT2);
    value[IA32_VMX_MISC] = 0x20000000 | BIT(30) | 4 << 16 | BITS(8, 5) | 5;
    value[IA32_VMX_CR0_FIXED0] = 0x80000021;
    value[IA32_VMX_CR0_FIXED1] = 0xffffffff;
    value[IA32_VMX_CR4_FIXED0] = 0x2000;
    value[IA32_VMX_CR4_FIXED1] = 0x1f77fff;
    value[IA32_VMX_VMCS_ENUM] = 0x34;
    value[IA32_VMX_EPT_VPID_CAP] = UINT64_C(0x00000f01067341c1);
    value[IA32_VMX_VMFUNC] = 1;
    for (unsigned i = 0; i < CAPS_MSRS; i++)
        caps.known[i] = true;
    return caps;
}

struct vmcs_image audit_base_image(const struct vmx_caps *caps)
{
    static uint64_t system[GUEST_HLT_SYSTEM_PAGES * 512];
    static const uint64_t gdt[5] = {0, UINT64_C(0x00af9b000000ffff), UINT64_C(0x00cf93000000ffff),
                                    UINT64_C(0x00008b0041000067), 0};
    struct vmcs_image image;
    struct plan plan = {
        .intercepts = intercept_all,
        .host =
            {
                .cr0 = 0x80010031,
                .cr3 = 0x1000,
                .cr4 = 0x2020,
                .cs = 0x08,
                .ss = 0x10,
                .ds = 0x10,
                .es = 0x10,
                .tr = 0x18,
                .gs_base = 0x110000,
                .tr_base = 0x111000,
                .gdtr_base = 0x112000,
                .idtr_base = 0x113000,
                .pat = UINT64_C(0x0007040600070406),
                .efer = 0xd00,
                .rsp = 0x120ff0,
                .rip = 0x100800,
            },
        .regions.io_bitmap_a = {0x130000},
        .regions.io_bitmap_b = {0x131000},
        .regions.msr_bitmap = {0x132000},
        .ept_pointer = 0x14001e,
        .vpid = 1,
    };
    (void)control_resolve(caps, guest_hlt_wishes, guest_hlt_wish_count, &plan.controls);
    memcpy(&system[3 * 512], gdt, sizeof gdt);
    guest_hlt_state(system, caps, &plan.guest);
    plan_write(&plan, caps, &image);
    return image;
}

void audit_base_complete(struct vmcs_image *image, const struct vmx_caps *caps)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        struct vmcs_field field = field_at(i);
        image->known[i] = field_type(field) != FIELD_READ_ONLY && field_exists(field, caps);
    }
}

bool audit_base_read(void *context, uint64_t address, void *bytes, size_t size)
{
    (void)context;
    if (address < 0x2000 || address + size > 0x6000)
        return false;
    memset(bytes, 0, size);
    return true;
}
