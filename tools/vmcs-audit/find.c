/* Looks up VMCS fields. */
#include "tools/vmcs-audit/find.h"

#include "lib/bits.h"

bool find_field(struct text text, struct vmcs_field *field)
{
    uint64_t encoding = 0;
    bool by_number = text_number(text, &encoding);
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        struct vmcs_field at = field_at(i);
        if (by_number ? at.encoding == encoding : text_equal(text, field_name(at))) {
            *field = at;
            return true;
        }
    }
    return false;
}

bool field_fits(struct vmcs_field field, uint64_t value)
{
    return value <= BITS(field_bits(field) - 1, 0);
}
