/* The table of VMCS fields and their gates. */
#include "vmx/field.h"

/* When a field exists: always; if at least one of the controls `first` and `second` can be 1; if
 * there are more than `first` CR3-target values; or if there is dual-monitor treatment. */
enum gate { EVERYWHERE, WITH_CONTROL, WITH_CR3_TARGETS, WITH_DUAL_MONITOR };

/* The gates, by their names in the table. */
#define GATE_ALWAYS               EVERYWHERE, 0, 0
#define GATE_IF(control)          WITH_CONTROL, control, control
#define GATE_IF_ANY(first, other) WITH_CONTROL, first, other
#define GATE_CR3_TARGET(n)        WITH_CR3_TARGETS, n, 0
#define GATE_DUAL_MONITOR         WITH_DUAL_MONITOR, 0, 0

static const struct field_row {
    const char *name;
    uint16_t encoding;
    uint16_t gate; /* enum gate */
    uint16_t first, second;
} rows[FIELD_COUNT] = {
#define FIELD(encoding, name, gate) {#name, encoding, GATE_##gate},
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

struct vmcs_field field_of_word(enum control_word word)
{
    switch (word) {
    case WORD_PIN:
        return PIN_BASED_VM_EXECUTION_CONTROLS;
    case WORD_PRIMARY:
        return PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS;
    case WORD_SECONDARY:
        return SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS;
    case WORD_TERTIARY:
        return TERTIARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS;
    case WORD_EXIT:
        return PRIMARY_VM_EXIT_CONTROLS;
    case WORD_EXIT2:
        return SECONDARY_VM_EXIT_CONTROLS;
    case WORD_ENTRY:
    case CONTROL_WORDS:
        break;
    }
    return VM_ENTRY_CONTROLS;
}

bool field_exists(struct vmcs_field field, const struct vmx_caps *caps)
{
    const struct field_row *row = &rows[field.index];
    switch ((enum gate)row->gate) {
    case WITH_CONTROL:
        return control_supported(caps, row->first) || control_supported(caps, row->second);
    case WITH_CR3_TARGETS:
        return caps_bits(caps, IA32_VMX_MISC_CR3_TARGETS) > row->first;
    case WITH_DUAL_MONITOR:
        return caps_bits(caps, IA32_VMX_BASIC_DUAL_MONITOR);
    case EVERYWHERE:
        break;
    }
    return true;
}

unsigned field_bits(struct vmcs_field field)
{
    switch (field_width(field)) {
    case FIELD_16_BITS:
        return 16;
    case FIELD_32_BITS:
        return 32;
    case FIELD_64_BITS:
    case FIELD_NATURAL:
        break;
    }
    return 64;
}
