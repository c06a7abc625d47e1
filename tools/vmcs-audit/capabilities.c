/* Capabilities: complete or not. */
#include "tools/vmcs-audit/capabilities.h"

#include "vmx/control.h"

enum {
    PHYSICAL_BITS_LEAST = 32,
    PHYSICAL_BITS_MOST = 52,
    LINEAR_BITS_LEAST = 48,
    LINEAR_BITS_MOST = 57,
};

/* Whether the processor has an MSR, where all that it depends on have been read. */
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

static bool check_width(const char *name, unsigned bits, unsigned least, unsigned most,
                        struct problem *problem)
{
    if (bits >= least && bits <= most)
        return true;
    problem_note(problem, 0,
                 "expected capabilities with %s from %u to %u, but it is %u (0: not given; "
                 "CPUID leaf 0x80000008 says it, a Trapline log in its `cpu:` line)",
                 name, least, most, bits);
    return false;
}

bool capabilities_check(const struct vmx_caps *caps, struct problem *problem)
{
    for (unsigned i = 0; i < CAPS_MSRS; i++) {
        if (exists(caps, (enum caps_msr)i) && !caps->known[i]) {
            problem_note(problem, 0, "the capabilities are not complete: expected %s (MSR 0x%x)",
                         caps_msrs[i].name, (unsigned)caps_msrs[i].number);
            return false;
        }
    }
    return check_width("physical_bits", caps->physical_bits, PHYSICAL_BITS_LEAST,
                       PHYSICAL_BITS_MOST, problem) &&
           check_width("linear_bits", caps->linear_bits, LINEAR_BITS_LEAST, LINEAR_BITS_MOST,
                       problem);
}

void capabilities_read(struct vmx_caps *caps,
                       bool (*read)(void *context, uint32_t msr, uint64_t *value), void *context)
{
    for (unsigned i = 0; i < CAPS_MSRS; i++) {
        caps->value[i] = 0;
        caps->known[i] = read(context, caps_msrs[i].number, &caps->value[i]);
    }
}
