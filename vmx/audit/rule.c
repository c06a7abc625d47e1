/* Functions that the rules of the audit share. */
#include "vmx/audit/rule.h"

#include "lib/x86.h"

uint64_t audit_value(struct audit *a, struct vmcs_field field)
{
    if (!a->input->image->known[field.index])
        a->unknown = true;
    return image_get(a->input->image, field);
}

bool audit_on(struct audit *a, enum control control)
{
    const struct control_info *info = &control_table[control];
    switch ((enum control_word)info->word) {
    case WORD_SECONDARY:
        if (!audit_on(a, PRIMARY_ACTIVATE_SECONDARY_CONTROLS))
            return false;
        break;
    case WORD_TERTIARY:
        if (!audit_on(a, PRIMARY_ACTIVATE_TERTIARY_CONTROLS))
            return false;
        break;
    case WORD_EXIT2:
        if (!audit_on(a, EXIT_ACTIVATE_SECONDARY_CONTROLS))
            return false;
        break;
    case WORD_PIN:
    case WORD_PRIMARY:
    case WORD_EXIT:
    case WORD_ENTRY:
    case CONTROL_WORDS:
        break;
    }
    return audit_value(a, field_of_word(info->word)) & BIT(info->bit);
}

uint64_t audit_not_allowed(struct audit *a, enum control_word word)
{
    struct control_allowed allowed = control_allowed(a->input->caps, word);
    uint64_t value = audit_value(a, field_of_word(word));
    return (value & ~allowed.may) | (allowed.must & ~value);
}

uint64_t audit_not_canonical(struct audit *a, uint64_t address)
{
    unsigned top = a->input->caps->linear_bits - 1u;
    uint64_t high = BITS(63, top + 1);
    return address & BIT(top) ? ~address & high : address & high;
}

uint64_t audit_not_physical(struct audit *a, uint64_t address)
{
    bool only_32_bits = caps_bits(a->input->caps, IA32_VMX_BASIC_ADDRESSES_32_BIT);
    return address & BITS(63, only_32_bits ? 32 : a->input->caps->physical_bits);
}

uint64_t audit_not_page(struct audit *a, uint64_t address)
{
    return audit_not_physical(a, address) | (address & BITS(11, 0));
}

uint64_t audit_not_pat(uint64_t pat)
{
    uint64_t wrong = 0;
    for (unsigned i = 0; i < 64; i += 8) {
        unsigned type = (unsigned)(pat >> i & 0xff);
        if (type > 7 || type == 2 || type == 3)
            wrong |= UINT64_C(0xff) << i;
    }
    return wrong;
}

uint64_t audit_not_fixed_cr0(struct audit *a, uint64_t cr0)
{
    const uint64_t *msr = a->input->caps->value;
    uint64_t wrong = (msr[IA32_VMX_CR0_FIXED0] & ~cr0) | (cr0 & ~msr[IA32_VMX_CR0_FIXED1]);
    /* Neither VM entry nor VM exit loads NW and CD (SDM Vol 3C §26.3.1.1, §27.5.1). */
    return wrong & ~(CR0_NW | CR0_CD);
}

uint64_t audit_not_fixed_cr4(struct audit *a, uint64_t cr4)
{
    const uint64_t *msr = a->input->caps->value;
    return (msr[IA32_VMX_CR4_FIXED0] & ~cr4) | (cr4 & ~msr[IA32_VMX_CR4_FIXED1]);
}

/* Overwrites `bytes`, which were read at `address`, with the memory words of the image. Returns the
 * number of bytes written. */
static size_t overlay(const struct vmcs_image *image, uint64_t address, uint8_t *bytes, size_t size)
{
    size_t put = 0;
    for (unsigned i = 0; i < image->memory_count; i++) {
        const struct memory_word *word = &image->memory[i];
        for (unsigned byte = 0; byte < sizeof word->value; byte++) {
            uint64_t at = word->address + byte - address;
            if (at < size) {
                bytes[at] = (uint8_t)(word->value >> 8 * byte);
                put++;
            }
        }
    }
    return put;
}

bool audit_read(struct audit *a, uint64_t address, void *bytes, size_t size)
{
    bool read = a->input->read && a->input->read(a->input->context, address, bytes, size);
    if (overlay(a->input->image, address, bytes, size) == size || read)
        return true;
    a->unknown = true;
    return false;
}
