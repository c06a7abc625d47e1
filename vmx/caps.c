/* Reading the capability MSRs and extracting their parts. */
#include "vmx/caps.h"

#include "lib/bits.h"

const struct caps_msr_info caps_msrs[CAPS_MSRS] = {
#define CAPABILITY(number, name, gate) {number, CAPS_GATE_##gate, #name},
#include "vmx/capability_msrs.def"
#undef CAPABILITY
};

const struct caps_part_info caps_parts[CAPS_PARTS] = {
#define CAPABILITY_BITS(msr, name, hi, lo) {#name, msr, hi, lo},
#include "vmx/capability_bits.def"
#undef CAPABILITY_BITS
};

/* Returns true if the MSRs read so far open the gate. The upper half of a control MSR has the
 * allowed 1-settings. The older MSRs suffice: they allow every bit that the TRUE MSRs allow. */
static bool is_open(enum caps_gate gate, const struct vmx_caps *caps)
{
    switch (gate) {
    case CAPS_GATE_SECONDARY:
        return caps->value[IA32_VMX_PROCBASED_CTLS] & BIT(32 + 31);
    case CAPS_GATE_TERTIARY:
        return caps->value[IA32_VMX_PROCBASED_CTLS] & BIT(32 + 17);
    case CAPS_GATE_EPT_OR_VPID:
        return caps->value[IA32_VMX_PROCBASED_CTLS2] & (BIT(32 + 1) | BIT(32 + 5));
    case CAPS_GATE_VM_FUNCTIONS:
        return caps->value[IA32_VMX_PROCBASED_CTLS2] & BIT(32 + 13);
    case CAPS_GATE_TRUE_CONTROLS:
        return caps_bits(caps, IA32_VMX_BASIC_TRUE_CONTROLS) != 0;
    case CAPS_GATE_EXIT2:
        return caps->value[IA32_VMX_EXIT_CTLS] & BIT(32 + 31);
    case CAPS_GATE_ALWAYS:
        break;
    }
    return true;
}

void caps_read(struct vmx_caps *caps, uint64_t (*read)(uint32_t msr))
{
    *caps = (struct vmx_caps){0};
    for (unsigned i = 0; i < CAPS_MSRS; i++) {
        caps->known[i] = is_open(caps_msrs[i].gate, caps);
        if (caps->known[i])
            caps->value[i] = read(caps_msrs[i].number);
    }
}

uint64_t caps_bits(const struct vmx_caps *caps, enum caps_part part)
{
    const struct caps_part_info *info = &caps_parts[part];
    return bits_get(caps->value[info->msr], info->hi, info->lo);
}
