/* Mutations: near misses are what finds wrong rules, so most of them change little. */
#include "vmx/mutate.h"

#include "lib/bits.h"
#include "lib/fmt.h"
#include "vmx/control.h"

uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* 0 to limit - 1. */
static unsigned below(struct random *random, unsigned limit)
{
    return (unsigned)(random_next(random) % limit);
}

static unsigned bits_of(struct vmcs_field field)
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

static struct vmcs_field any_field(const struct vmcs_image *image, struct random *random)
{
    unsigned index;
    do
        index = below(random, FIELD_COUNT);
    while (!image->known[index]);
    return field_at(index);
}

static uint64_t boundary(unsigned bits, struct random *random)
{
    const uint64_t values[] = {
        0,
        1,
        BIT(bits - 1),
        BITS(bits - 1, 0),
        BITS(bits - 1, 0) >> 1,
        UINT64_C(0x00007fffffffffff), /* the last canonical address of 48 bits, and the next two */
        UINT64_C(0x0000800000000000),
        UINT64_C(0xffff800000000000),
        0xfff,
        0x1000,
        BIT(31),
        BIT(32),
    };
    return values[below(random, ARRAY_COUNT(values))] & BITS(bits - 1, 0);
}

/* Fields whose interesting values are few and hardly met by chance. */
static bool special(struct vmcs_field field, struct random *random, uint64_t *value)
{
    static const uint16_t rights[] = {0x93, 0x9b, 0xf3, 0x8b, 0x82, 0x83, 0xa09b, 0xc09b, 0xc093};
    switch (field.index) {
    case FIELD_GUEST_ACTIVITY_STATE:
        *value = below(random, 5);
        return true;
    case FIELD_GUEST_INTERRUPTIBILITY_STATE:
        *value = below(random, 32);
        return true;
    case FIELD_VM_ENTRY_INTERRUPTION_INFORMATION_FIELD:
        *value =
            BIT(31) | below(random, 8) << 8 | below(random, 36) | (random_next(random) & BIT(11));
        return true;
    case FIELD_GUEST_CS_ACCESS_RIGHTS:
    case FIELD_GUEST_SS_ACCESS_RIGHTS:
    case FIELD_GUEST_DS_ACCESS_RIGHTS:
    case FIELD_GUEST_ES_ACCESS_RIGHTS:
    case FIELD_GUEST_FS_ACCESS_RIGHTS:
    case FIELD_GUEST_GS_ACCESS_RIGHTS:
    case FIELD_GUEST_LDTR_ACCESS_RIGHTS:
    case FIELD_GUEST_TR_ACCESS_RIGHTS:
        *value = rights[below(random, ARRAY_COUNT(rights))] ^ BIT(below(random, 17));
        return true;
    default:
        return false;
    }
}

static void flip_control(struct vmcs_image *image, struct random *random)
{
    const struct control_info *info = &control_table[below(random, CONTROL_COUNT)];
    struct vmcs_field field = control_word_field(info->word);
    if (image->known[field.index])
        image_set(image, field, image_get(image, field) ^ BIT(info->bit));
}

static void mutate_once(struct vmcs_image *image, struct random *random)
{
    struct vmcs_field field = any_field(image, random);
    unsigned bits = bits_of(field);
    uint64_t value = image_get(image, field);
    switch (below(random, 5)) {
    case 0:
        flip_control(image, random);
        return;
    case 1:
        value = boundary(bits, random);
        break;
    case 2:
        value = image_get(image, any_field(image, random)) & BITS(bits - 1, 0);
        break;
    case 3:
        if (special(field, random, &value))
            break;
        __attribute__((fallthrough));
    default:
        value ^= BIT(below(random, bits));
    }
    image_set(image, field, value);
}

void mutate(struct vmcs_image *image, struct random *random)
{
    for (unsigned i = below(random, 3); i < 3; i++)
        mutate_once(image, random);
}

void mutate_print(const struct vmcs_image *image, const struct vmcs_image *base, struct out *out)
{
    const char *separator = "";
    if (image->after_mov_ss != base->after_mov_ss) {
        fmt_print(out, "entry.AFTER_MOV_SS=%u", image->after_mov_ss);
        separator = " ";
    }
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (!image->known[i] || image->value[i] == base->value[i])
            continue;
        fmt_print(out, "%svmcs.%s=0x%llx", separator, field_name(field_at(i)),
                  (unsigned long long)image->value[i]);
        separator = " ";
    }
}
