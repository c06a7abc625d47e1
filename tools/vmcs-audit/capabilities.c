/* Checks that capabilities are complete, and reads them. */
#include "tools/vmcs-audit/capabilities.h"

#include "vmx/control.h"

enum {
    PHYSICAL_BITS_MIN = 32,
    PHYSICAL_BITS_MAX = 52,
    LINEAR_BITS_MIN = 48,
    LINEAR_BITS_MAX = 57,
};

/* Returns true if the processor has the MSR, according to the capability MSRs before it in the
 * table. */
static bool exists(const struct vmx_caps *caps, enum caps_msr msr)
{
    switch (caps_msrs[msr].gate) {
    case CAPS_GATE_SECONDARY:
        return control_supported(caps, PRIMARY_ACTIVATE_SECONDARY_CONTROLS);
    case CAPS_GATE_TERTIARY:
        return control_supported(caps, PRIMARY_ACTIVATE_TERTIARY_CONTROLS);
    case CAPS_GATE_EPT_OR_VPID:
        return control_supported(caps, SECONDARY_ENABLE_EPT) ||
               control_supported(caps, SECONDARY_ENABLE_VPID);
    case CAPS_GATE_VM_FUNCTIONS:
        return control_supported(caps, SECONDARY_ENABLE_VM_FUNCTIONS);
    case CAPS_GATE_TRUE_CONTROLS:
        return caps_bits(caps, IA32_VMX_BASIC_TRUE_CONTROLS) != 0;
    case CAPS_GATE_EXIT2:
        return control_supported(caps, EXIT_ACTIVATE_SECONDARY_CONTROLS);
    case CAPS_GATE_ALWAYS:
        break;
    }
    return true;
}

bool capabilities_given(const struct vmx_caps *caps)
{
    for (unsigned i = 0; i < CAPS_MSRS; i++) {
        if (caps->known[i])
            return true;
    }
    return false;
}

static bool check_width(const char *name, unsigned bits, unsigned min, unsigned max,
                        struct problem *problem)
{
    if (bits >= min && bits <= max)
        return true;
    if (bits == 0) {
        problem_note(
            problem, 0,
            "expected capabilities with %s from %u to %u, found none; give the `cpu:` line "
            "of a Trapline log, or the width from CPUID leaf 0x80000008",
            name, min, max);
    } else {
        problem_note(problem, 0, "expected capabilities with %s from %u to %u, found %u", name, min,
                     max, bits);
    }
    return false;
}

bool capabilities_check(const struct vmx_caps *caps, struct problem *problem)
{
    for (unsigned i = 0; i < CAPS_MSRS; i++) {
        if (exists(caps, (enum caps_msr)i) && !caps->known[i]) {
            problem_note(problem, 0,
                         "expected the value of %s (MSR 0x%x), found none: the capabilities are "
                         "incomplete",
                         caps_msrs[i].name, (unsigned)caps_msrs[i].number);
            return false;
        }
    }
    return check_width("physical_bits", caps->physical_bits, PHYSICAL_BITS_MIN, PHYSICAL_BITS_MAX,
                       problem) &&
           check_width("linear_bits", caps->linear_bits, LINEAR_BITS_MIN, LINEAR_BITS_MAX, problem);
}

void capabilities_read(struct vmx_caps *caps,
                       bool (*read)(void *context, uint32_t msr, uint64_t *value), void *context)
{
    for (unsigned i = 0; i < CAPS_MSRS; i++) {
        caps->value[i] = 0;
        caps->known[i] = read(context, caps_msrs[i].number, &caps->value[i]);
    }
}
