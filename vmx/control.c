/* The table of controls, and the one place that chooses between TRUE and older capability MSRs. */
#include "vmx/control.h"

#include "lib/bits.h"

const struct control_info control_table[CONTROL_COUNT] = {
#define CONTROL(word, bit, name, does) {#name, WORD_##word, bit},
#include "vmx/controls.def"
#undef CONTROL
};

/* Splits a control MSR: the lower half has the bits that must be 1, the upper half those that may
 * be 1. */
static struct control_allowed halves(uint64_t msr)
{
    return (struct control_allowed){.must = bits_get(msr, 31, 0), .may = bits_get(msr, 63, 32)};
}

struct control_allowed control_allowed(const struct vmx_caps *caps, enum control_word word)
{
    bool true_controls = caps_bits(caps, IA32_VMX_BASIC_TRUE_CONTROLS) != 0;
    const uint64_t *msr = caps->value;
    switch (word) {
    case WORD_PIN:
        return halves(msr[true_controls ? IA32_VMX_TRUE_PINBASED_CTLS : IA32_VMX_PINBASED_CTLS]);
    case WORD_PRIMARY:
        return halves(msr[true_controls ? IA32_VMX_TRUE_PROCBASED_CTLS : IA32_VMX_PROCBASED_CTLS]);
    case WORD_EXIT:
        return halves(msr[true_controls ? IA32_VMX_TRUE_EXIT_CTLS : IA32_VMX_EXIT_CTLS]);
    case WORD_ENTRY:
        return halves(msr[true_controls ? IA32_VMX_TRUE_ENTRY_CTLS : IA32_VMX_ENTRY_CTLS]);
    case WORD_SECONDARY:
        return halves(msr[IA32_VMX_PROCBASED_CTLS2]);
    case WORD_TERTIARY: /* the MSR has 64 bits that may be 1 (SDM Vol 3D §A.3.4) */
        return (struct control_allowed){.must = 0, .may = msr[IA32_VMX_PROCBASED_CTLS3]};
    case WORD_EXIT2:
        return (struct control_allowed){.must = 0, .may = msr[IA32_VMX_EXIT_CTLS2]};
    case CONTROL_WORDS:
        break;
    }
    return (struct control_allowed){0};
}

bool control_supported(const struct vmx_caps *caps, enum control control)
{
    const struct control_info *info = &control_table[control];
    return control_allowed(caps, info->word).may & BIT(info->bit);
}

bool control_is_set(const struct control_words *words, enum control control)
{
    const struct control_info *info = &control_table[control];
    return words->value[info->word] & BIT(info->bit);
}

bool control_wish_met(const struct control_words *words, struct control_wish wish)
{
    return control_is_set(words, wish.control) == (wish.want != CONTROL_FORBIDDEN);
}

unsigned control_resolve(const struct vmx_caps *caps, const struct control_wish *wishes,
                         unsigned count, struct control_words *words)
{
    unsigned unmet = 0;
    for (enum control_word word = 0; word < CONTROL_WORDS; word++)
        words->value[word] = control_allowed(caps, word).must;
    for (unsigned i = 0; i < count; i++) {
        const struct control_info *info = &control_table[wishes[i].control];
        if (wishes[i].want != CONTROL_FORBIDDEN && control_supported(caps, wishes[i].control))
            words->value[info->word] |= BIT(info->bit);
    }
    for (unsigned i = 0; i < count; i++)
        unmet += wishes[i].want != CONTROL_WANTED && !control_wish_met(words, wishes[i]);
    return unmet;
}
