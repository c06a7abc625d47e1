/* The VMCS image: the values of all fields of a VMCS. plan_write() makes it, vmcs_apply() writes it
 * to the processor, and vmcs_capture() reads it back. Pure. */
#ifndef VMX_IMAGE_H
#define VMX_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bits.h"
#include "vmx/control.h"
#include "vmx/field.h"

enum { IMAGE_MEMORY_MAX = 8 };

/* Eight bytes of memory, at a multiple of 8. */
struct memory_word {
    uint64_t address;
    uint64_t value;
};

struct vmcs_image {
    uint64_t value[FIELD_COUNT];
    bool known[FIELD_COUNT];
    /* The VM entry depends on these as well. after_mov_ss: the instruction before VMLAUNCH is MOV
     * SS, which blocks events until after the next instruction. memory: words to write before the
     * VM entry to memory that the VMCS points to. */
    bool after_mov_ss;
    struct memory_word memory[IMAGE_MEMORY_MAX];
    unsigned memory_count;
};

static inline void image_set(struct vmcs_image *image, struct vmcs_field field, uint64_t value)
{
    image->value[field.index] = value;
    image->known[field.index] = true;
}

/* Returns a field's value; 0 if it is not known. */
static inline uint64_t image_get(const struct vmcs_image *image, struct vmcs_field field)
{
    return image->value[field.index];
}

/* Returns a control; false if its word is not known. */
static inline bool image_control(const struct vmcs_image *image, enum control control)
{
    const struct control_info *info = &control_table[control];
    return (image_get(image, field_of_word(info->word)) & BIT(info->bit)) != 0;
}

static inline void image_control_set(struct vmcs_image *image, enum control control, bool on)
{
    const struct control_info *info = &control_table[control];
    const struct vmcs_field field = field_of_word(info->word);
    const uint64_t others = image_get(image, field) & ~BIT(info->bit);
    image_set(image, field, on ? others | BIT(info->bit) : others);
}

#endif
