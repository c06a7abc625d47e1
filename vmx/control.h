/* VM-execution, VM-exit and VM-entry controls: their names, and how to choose control words that
 * meet a guest's wishes and that the processor allows (SDM Vol 3C §24.6 to §24.8, §31.5.1
 * "Algorithms for Determining VMX Capabilities"). Pure. */
#ifndef VMX_CONTROL_H
#define VMX_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "vmx/caps.h"

enum control_word {
    WORD_PIN,
    WORD_PRIMARY,
    WORD_SECONDARY,
    WORD_TERTIARY,
    WORD_EXIT,
    WORD_EXIT2,
    WORD_ENTRY,
    CONTROL_WORDS,
};

/* PRIMARY_HLT_EXITING and so on: an index into control_table. */
enum control {
#define CONTROL(word, bit, name, does) word##_##name,
#include "vmx/controls.def"
#undef CONTROL
    CONTROL_COUNT,
};

struct control_info {
    const char *name; /* the SDM's name in upper snake case; another word may have the same name */
    uint8_t word;
    uint8_t bit;
};
extern const struct control_info control_table[CONTROL_COUNT];

/* The settings that the processor allows, from the TRUE capability MSRs if it has them. A bit that
 * is 1 in `must` has to be 1; a bit that is 0 in `may` has to be 0. */
struct control_allowed {
    uint64_t must; /* the SDM's "allowed 0-settings" */
    uint64_t may;  /* the SDM's "allowed 1-settings" */
};
struct control_allowed control_allowed(const struct vmx_caps *caps, enum control_word word);

/* Returns true if the processor supports the 1-setting of a control. */
bool control_supported(const struct vmx_caps *caps, enum control control);

enum control_want {
    CONTROL_REQUIRED,  /* must be 1 */
    CONTROL_WANTED,    /* 1 if the processor allows it */
    CONTROL_FORBIDDEN, /* must be 0 */
};

struct control_wish {
    enum control control;
    enum control_want want;
};

/* A list of wishes. */
struct control_wishes {
    const struct control_wish *at;
    unsigned count;
};

struct control_words {
    uint64_t value[CONTROL_WORDS];
};

/* Sets each word to its reserved bits plus the wishes that the processor allows. Returns how many
 * required or forbidden wishes it cannot meet. */
unsigned control_resolve(const struct vmx_caps *caps, const struct control_wish *wishes,
                         unsigned count, struct control_words *words);

/* Return true if a control is 1 in words, or if words meet a wish. */
bool control_is_set(const struct control_words *words, enum control control);
bool control_wish_met(const struct control_words *words, struct control_wish wish);

#endif
