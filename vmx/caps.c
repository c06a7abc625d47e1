/* Reading and taking apart the capability MSRs. */
#include "vmx/caps.h"

#include "lib/bits.h"

const struct caps_msr_info caps_msrs[CAPS_MSRS] = {
#define CAPABILITY(number, name, gate) {number, #name},
#include "vmx/capability_msrs.def"
#undef CAPABILITY
};

const struct caps_part_info caps_parts[CAPS_PARTS] = {
#define CAPABILITY_BITS(msr, name, hi, lo) {#name, msr, hi, lo},
#include "vmx/capability_bits.def"
#undef CAPABILITY_BITS
};

/* The gates of vmx/capability_msrs.def. "Allowed 1" stands in the upper half of a control MSR, and
 * a bit that the TRUE MSRs allow is allowed by the older ones too. */
static bool gate_always(const struct vmx_caps *caps)
{
    (void)caps;
    return true;
}

static bool gate_secondary(const struct vmx_caps *caps)
{
    return caps->value[IA32_VMX_PROCBASED_CTLS] & BIT(32 + 31);
}

static bool gate_tertiary(const struct vmx_caps *caps)
{
    return caps->value[IA32_VMX_PROCBASED_CTLS] & BIT(32 + 17);
}

static bool gate_ept_or_vpid(const struct vmx_caps *caps)
{
    return caps->value[IA32_VMX_PROCBASED_CTLS2] & (BIT(32 + 1) | BIT(32 + 5));
}

static bool gate_vm_functions(const struct vmx_caps *caps)
{
    return caps->value[IA32_VMX_PROCBASED_CTLS2] & BIT(32 + 13);
}

static bool gate_true_controls(const struct vmx_caps *caps)
{
    return caps_bits(caps, IA32_VMX_BASIC_TRUE_CONTROLS) != 0;
}

static bool gate_exit2(const struct vmx_caps *caps)
{
    return caps->value[IA32_VMX_EXIT_CTLS] & BIT(32 + 31);
}

#define GATE_ALWAYS        gate_always
#define GATE_SECONDARY     gate_secondary
#define GATE_TERTIARY      gate_tertiary
#define GATE_EPT_OR_VPID   gate_ept_or_vpid
#define GATE_VM_FUNCTIONS  gate_vm_functions
#define GATE_TRUE_CONTROLS gate_true_controls
#define GATE_EXIT2         gate_exit2

static bool (*const gates[CAPS_MSRS])(const struct vmx_caps *caps) = {
#define CAPABILITY(number, name, gate) GATE_##gate,
#include "vmx/capability_msrs.def"
#undef CAPABILITY
};

void caps_read(struct vmx_caps *caps, uint64_t (*read)(uint32_t msr))
{
    *caps = (struct vmx_caps){0};
    for (unsigned i = 0; i < CAPS_MSRS; i++) {
        caps->known[i] = gates[i](caps);
        if (caps->known[i])
            caps->value[i] = read(caps_msrs[i].number);
    }
}

uint64_t caps_bits(const struct vmx_caps *caps, enum caps_part part)
{
    const struct caps_part_info *info = &caps_parts[part];
    return bits_get(caps->value[info->msr], info->hi, info->lo);
}
