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
    switch (field_width(field)) {
    case FIELD_16_BITS:
        return value <= BITS(15, 0);
    case FIELD_32_BITS:
        return value <= BITS(31, 0);
    case FIELD_64_BITS:
    case FIELD_NATURAL:
        break;
    }
    return true;
}
