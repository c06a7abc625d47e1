/* The fields of the VMCS: their names, their encodings, and on which processors they exist
 * (SDM Vol 3D, appendix B "Field Encoding in VMCS"). Pure. */
#ifndef VMX_FIELD_H
#define VMX_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "vmx/caps.h"
#include "vmx/control.h"

/* A field. The index counts the rows of vmx/fields.def; a type of its own, so that a number
 * given for a field does not compile. */
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

/* GUEST_RIP and so on, under the SDM's names. */
#define FIELD(encoding, name, gate) static const struct vmcs_field name = {encoding, FIELD_##name};
#include "vmx/fields.def"
#undef FIELD

/* What an encoding says of its field (SDM Vol 3C, Table 24-21). */
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

/* The field in row `index` of vmx/fields.def (below FIELD_COUNT), and its name. */
struct vmcs_field field_at(unsigned index);
const char *field_name(struct vmcs_field field);

/* The field that holds a word of controls. */
struct vmcs_field field_of_word(enum control_word word);

/* Whether a processor has the field: reading or writing another fails. */
bool field_exists(struct vmcs_field field, const struct vmx_caps *caps);

#endif
