/* The fields of the VMCS: names, encodings, and the processors that have them (SDM Vol 3D, appendix
 * B "Field Encoding in VMCS"). Pure. */
#ifndef VMX_FIELD_H
#define VMX_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "vmx/caps.h"
#include "vmx/control.h"

/* A field. index: its row in vmx/fields.def. It is a struct, so that passing a plain number does
 * not compile. */
struct vmcs_field {
    uint16_t encoding;
    uint16_t index;
};

enum field_index {
#define FIELD(encoding, name, gate) FIELD_##name,
#include "vmx/fields.def"
#undef FIELD
    FIELD_COUNT,
};

/* The fields by their SDM names, like GUEST_RIP. */
#define FIELD(encoding, name, gate) static const struct vmcs_field name = {encoding, FIELD_##name};
#include "vmx/fields.def"
#undef FIELD

/* Width and type of a field, which its encoding tells (SDM Vol 3C, Table 24-21). */
enum field_width {
    FIELD_16_BITS,
    FIELD_64_BITS,
    FIELD_32_BITS,
    FIELD_NATURAL,
};
enum field_type {
    FIELD_CONTROL,
    FIELD_READ_ONLY, /* VM-exit information */
    FIELD_GUEST,
    FIELD_HOST,
};

static inline enum field_width field_width(struct vmcs_field field)
{
    return (enum field_width)(field.encoding >> 13 & 3);
}

static inline enum field_type field_type(struct vmcs_field field)
{
    return (enum field_type)(field.encoding >> 10 & 3);
}

/* Return the field in row `index` of vmx/fields.def (below FIELD_COUNT), and its name. */
struct vmcs_field field_at(unsigned index);
const char *field_name(struct vmcs_field field);

/* Returns the number of bits of a field: 16, 32 or 64. */
unsigned field_bits(struct vmcs_field field);

/* Returns the field that holds a control word. */
struct vmcs_field field_of_word(enum control_word word);

/* Returns true if the processor has the field. Reading or writing any other field fails. */
bool field_exists(struct vmcs_field field, const struct vmx_caps *caps);

#endif
