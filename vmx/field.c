/* The table of VMCS fields and their gates. */
#include "vmx/field.h"

#include "vmx/control.h"

enum gate_kind {
    GATE_OPEN,
    GATE_CONTROLS,   /* one of the two controls can be 1 */
    GATE_CR3_TARGET, /* the processor has more CR3-target values than `first` */
    GATE_DUAL_MONITOR,
};

#define ALWAYS                                                                                     \
    {                                                                                              \
        GATE_OPEN, 0, 0                                                                            \
    }
#define IF(control)                                                                                \
    {                                                                                              \
        GATE_CONTROLS, control, control                                                            \
    }
#define IF_ANY(first, second)                                                                      \
    {                                                                                              \
        GATE_CONTROLS, first, second                                                               \
    }
#define CR3_TARGET(n)                                                                              \
    {                                                                                              \
        GATE_CR3_TARGET, n, 0                                                                      \
    }

#define DUAL_MONITOR                                                                               \
    {                                                                                              \
        GATE_DUAL_MONITOR, 0, 0                                                                    \
    }

static const struct field_row {
    const char *name;
    uint16_t encoding;
    struct {
        uint16_t kind;
        uint16_t first, second;
    } gate;
} rows[FIELD_COUNT] = {
#define FIELD(encoding, name, gate) {#name, encoding, gate},
#include "vmx/fields.def"
#undef FIELD
};

struct vmcs_field field_at(unsigned index)
{
    return (struct vmcs_field){rows[index].encoding, (uint16_t)index};
}

const char *field_name(struct vmcs_field field)
{
    return rows[field.index].name;
}

bool field_exists(struct vmcs_field field, const struct vmx_caps *caps)
{
    const struct field_row *row = &rows[field.index];
    switch ((enum gate_kind)row->gate.kind) {
    case GATE_CONTROLS:
        return control_supported(caps, row->gate.first) ||
               control_supported(caps, row->gate.second);
    case GATE_CR3_TARGET:
        return caps_bits(caps, IA32_VMX_MISC_CR3_TARGETS) > row->gate.first;
    case GATE_DUAL_MONITOR:
        return caps_bits(caps, IA32_VMX_BASIC_DUAL_MONITOR);
    case GATE_OPEN:
        break;
    }
    return true;
}
