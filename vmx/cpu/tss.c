/* Reads and writes task-state segments. */
#include "vmx/cpu/tss.h"

#include "lib/bits.h"
#include "lib/string.h"
#include "lib/x86.h"

enum { GENERAL = 8, FIRST_GENERAL = 2, FIRST_SEGMENT = FIRST_GENERAL + GENERAL };
enum { CR3_AT = 0x1c, T_AT = 0x64, T = 1 };

const struct tss_layout tss_layout_32 = {.size = 104, .begin = 0x20, .unit = 4, .segments = 6};
const struct tss_layout tss_layout_16 = {.size = 44, .begin = 14, .unit = 2, .segments = 4};

/* Returns the offset of an item of the list. */
static size_t offset_of(const struct tss_layout *layout, unsigned index)
{
    return layout->begin + (size_t)index * layout->unit;
}

size_t tss_saved_end(const struct tss_layout *layout)
{
    return offset_of(layout, FIRST_SEGMENT + layout->segments - 1U) + 2;
}

static uint32_t get(const struct tss_layout *layout, const struct tss_image *image, unsigned index)
{
    uint32_t value = 0;
    memcpy(&value, image->bytes + offset_of(layout, index), layout->unit);
    return value;
}

void tss_save(const struct tss_layout *layout, const struct guest_cpu *cpu, uint32_t rflags,
              struct tss_image *image)
{
    memcpy(image->bytes + offset_of(layout, 0), &cpu->rip, layout->unit);
    memcpy(image->bytes + offset_of(layout, 1), &rflags, layout->unit);
    for (unsigned i = 0; i < GENERAL; i++)
        memcpy(image->bytes + offset_of(layout, FIRST_GENERAL + i), &cpu->general[i], layout->unit);
    for (unsigned i = 0; i < layout->segments; i++)
        memcpy(image->bytes + offset_of(layout, FIRST_SEGMENT + i), &cpu->segments[i].selector, 2);
}

void tss_load(const struct tss_layout *layout, const struct tss_image *image, struct guest_cpu *cpu)
{
    cpu->rip = get(layout, image, 0);
    cpu->rflags = (get(layout, image, 1) & ~RFLAGS_FIXED_0) | RFLAGS_FIXED_1;
    for (unsigned i = 0; i < GENERAL; i++)
        cpu->general[i] = get(layout, image, FIRST_GENERAL + i);
    for (unsigned i = 0; i < GUEST_SEGMENTS; i++) {
        const bool has = i < layout->segments;
        cpu->segments[i].selector = has ? (uint16_t)get(layout, image, FIRST_SEGMENT + i) : 0;
    }
    cpu->ldtr.selector = (uint16_t)get(layout, image, FIRST_SEGMENT + layout->segments);
}

uint32_t tss_cr3(const struct tss_layout *layout, const struct tss_image *image,
                 const struct guest_cpu *cpu)
{
    uint32_t cr3 = (uint32_t)cpu->crs.cr3;
    if (layout->unit == 4)
        memcpy(&cr3, image->bytes + CR3_AT, sizeof cr3);
    return cr3;
}

bool tss_has_trap(const struct tss_layout *layout, const struct tss_image *image)
{
    return layout->unit == 4 && (image->bytes[T_AT] & T);
}
