/* Most mutations change little, since near misses find wrong rules. */
#include "vmx/fuzz/mutate.h"

#include "lib/bits.h"
#include "lib/fmt.h"
#include "vmx/control.h"
#include "vmx/state_bits.h"

uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Returns a number from 0 to limit - 1. */
static unsigned random_below(struct random *random, unsigned limit)
{
    return (unsigned)(random_next(random) % limit);
}

static struct vmcs_field any_field(const struct vmcs_image *image, struct random *random)
{
    unsigned index;
    do {
        index = random_below(random, FIELD_COUNT);
    } while (!image->known[index]);
    return field_at(index);
}

/* Returns a value at which rules tend to change their answer: a limit of the field's width, of
 * physical or linear addresses, of a page, or of 32 bits. */
static uint64_t boundary(const struct mutation_source *source, unsigned bits)
{
    unsigned physical = source->caps->physical_bits, linear = source->caps->linear_bits;
    const uint64_t values[] = {
        0,
        1,
        BIT(bits - 1),
        BITS(bits - 1, 0),
        BITS(bits - 1, 0) >> 1,
        BITS(physical - 1, 12), /* the last page, and the first beyond physical addresses */
        BIT(physical),
        BITS(linear - 2, 0),      /* the last canonical address of the lower half */
        BIT(linear - 1),          /* the first that is not canonical */
        BITS(63, linear - 1) - 1, /* the last that is not canonical */
        BITS(63, linear - 1),     /* the first canonical address of the upper half */
        0xfff,
        0x1000,
        BIT(31),
        BIT(32),
    };
    return values[random_below(source->random, ARRAY_COUNT(values))] & BITS(bits - 1, 0);
}

/* Draws *value from the few interesting values of a field, which chance would hardly find. Returns
 * false for fields without such values. */
static bool special(struct vmcs_field field, struct random *random, uint64_t *value)
{
    static const uint16_t rights[] = {0x93, 0x9b, 0xf3, 0x8b, 0x82, 0x83, 0xa09b, 0xc09b, 0xc093};
    switch (field.index) {
    case FIELD_GUEST_ACTIVITY_STATE:
        *value = random_below(random, 5);
        return true;
    case FIELD_GUEST_INTERRUPTIBILITY_STATE:
        *value = random_below(random, 32);
        return true;
    case FIELD_VM_ENTRY_INTERRUPTION_INFORMATION_FIELD:
        *value = EVENT_VALID | random_below(random, 8) << 8 | random_below(random, 36) |
                 (random_next(random) & EVENT_HAS_ERROR);
        return true;
    case FIELD_GUEST_CS_ACCESS_RIGHTS:
    case FIELD_GUEST_SS_ACCESS_RIGHTS:
    case FIELD_GUEST_DS_ACCESS_RIGHTS:
    case FIELD_GUEST_ES_ACCESS_RIGHTS:
    case FIELD_GUEST_FS_ACCESS_RIGHTS:
    case FIELD_GUEST_GS_ACCESS_RIGHTS:
    case FIELD_GUEST_LDTR_ACCESS_RIGHTS:
    case FIELD_GUEST_TR_ACCESS_RIGHTS:
        *value = rights[random_below(random, ARRAY_COUNT(rights))] ^ BIT(random_below(random, 17));
        return true;
    default:
        return false;
    }
}

static void flip_control(struct vmcs_image *image, struct random *random)
{
    const enum control control = (enum control)random_below(random, CONTROL_COUNT);
    if (image->known[field_of_word(control_table[control].word).index])
        image_control_set(image, control, !image_control(image, control));
}

static void mutate_field(struct vmcs_image *image, const struct mutation_source *source,
                         struct vmcs_field field)
{
    struct random *random = source->random;
    unsigned bits = field_bits(field);
    uint64_t value = image_get(image, field);
    switch (random_below(random, 4)) {
    case 0:
        value = boundary(source, bits);
        break;
    case 1:
        value = image_get(image, any_field(image, random)) & BITS(bits - 1, 0);
        break;
    case 2:
        if (special(field, random, &value))
            break;
        __attribute__((fallthrough));
    default:
        value ^= BIT(random_below(random, bits));
    }
    image_set(image, field, value);
}

/* Fields that rules compare with each other. */
#define SEGMENT_FIELDS(REG)                                                                        \
    {FIELD_GUEST_##REG##_LIMIT, FIELD_GUEST_##REG##_ACCESS_RIGHTS},                                \
        {FIELD_GUEST_##REG##_SELECTOR, FIELD_GUEST_##REG##_BASE},                                  \
    {                                                                                              \
        FIELD_GUEST_##REG##_SELECTOR, FIELD_GUEST_##REG##_ACCESS_RIGHTS                            \
    }
static const uint16_t pairs[][2] = {
    SEGMENT_FIELDS(CS),
    SEGMENT_FIELDS(SS),
    SEGMENT_FIELDS(DS),
    SEGMENT_FIELDS(ES),
    SEGMENT_FIELDS(FS),
    SEGMENT_FIELDS(GS),
    SEGMENT_FIELDS(TR),
    SEGMENT_FIELDS(LDTR),
    {FIELD_GUEST_CS_SELECTOR, FIELD_GUEST_SS_SELECTOR},
    {FIELD_GUEST_CS_ACCESS_RIGHTS, FIELD_GUEST_SS_ACCESS_RIGHTS},
    {FIELD_GUEST_CS_ACCESS_RIGHTS, FIELD_VM_ENTRY_CONTROLS},
    {FIELD_GUEST_CS_ACCESS_RIGHTS, FIELD_GUEST_RIP},
    {FIELD_GUEST_CR0, FIELD_GUEST_CR4},
    {FIELD_GUEST_CR0, FIELD_GUEST_RFLAGS},
    {FIELD_GUEST_CR0, FIELD_GUEST_IA32_EFER},
    {FIELD_GUEST_CR4, FIELD_VM_ENTRY_CONTROLS},
    {FIELD_GUEST_CR3, FIELD_GUEST_PDPTE0},
    {FIELD_GUEST_IA32_EFER, FIELD_VM_ENTRY_CONTROLS},
    {FIELD_GUEST_RFLAGS, FIELD_GUEST_INTERRUPTIBILITY_STATE},
    {FIELD_GUEST_RFLAGS, FIELD_GUEST_PENDING_DEBUG_EXCEPTIONS},
    {FIELD_GUEST_RFLAGS, FIELD_VM_ENTRY_INTERRUPTION_INFORMATION_FIELD},
    {FIELD_GUEST_IA32_DEBUGCTL, FIELD_GUEST_PENDING_DEBUG_EXCEPTIONS},
    {FIELD_GUEST_ACTIVITY_STATE, FIELD_GUEST_INTERRUPTIBILITY_STATE},
    {FIELD_GUEST_ACTIVITY_STATE, FIELD_VM_ENTRY_INTERRUPTION_INFORMATION_FIELD},
    {FIELD_GUEST_INTERRUPTIBILITY_STATE, FIELD_GUEST_PENDING_DEBUG_EXCEPTIONS},
    {FIELD_GUEST_INTERRUPTIBILITY_STATE, FIELD_VM_ENTRY_INTERRUPTION_INFORMATION_FIELD},
    {FIELD_VM_ENTRY_INTERRUPTION_INFORMATION_FIELD, FIELD_VM_ENTRY_EXCEPTION_ERROR_CODE},
    {FIELD_VM_ENTRY_INTERRUPTION_INFORMATION_FIELD, FIELD_VM_ENTRY_INSTRUCTION_LENGTH},
    {FIELD_VM_EXIT_MSR_STORE_ADDRESS, FIELD_VM_EXIT_MSR_STORE_COUNT},
    {FIELD_VM_EXIT_MSR_LOAD_ADDRESS, FIELD_VM_EXIT_MSR_LOAD_COUNT},
    {FIELD_VM_ENTRY_MSR_LOAD_ADDRESS, FIELD_VM_ENTRY_MSR_LOAD_COUNT},
    {FIELD_HOST_CR0, FIELD_HOST_CR4},
    {FIELD_HOST_IA32_EFER, FIELD_PRIMARY_VM_EXIT_CONTROLS},
};
#undef SEGMENT_FIELDS

static void mutate_pair(struct vmcs_image *image, const struct mutation_source *source)
{
    const uint16_t *pair = pairs[random_below(source->random, ARRAY_COUNT(pairs))];
    for (unsigned i = 0; i < 2; i++) {
        if (image->known[pair[i]])
            mutate_field(image, source, field_at(pair[i]));
    }
}

static void mutate_once(struct vmcs_image *image, const struct mutation_source *source)
{
    switch (random_below(source->random, 5)) {
    case 0:
        flip_control(image, source->random);
        break;
    case 1:
        mutate_pair(image, source);
        break;
    default:
        mutate_field(image, source, any_field(image, source->random));
    }
}

void mutate(struct vmcs_image *image, const struct mutation_source *source)
{
    for (unsigned i = random_below(source->random, 3); i < 3; i++)
        mutate_once(image, source);
}

void mutate_print(const struct vmcs_image *image, const struct vmcs_image *base, struct out *out)
{
    const char *separator = "";
    if (image->after_mov_ss != base->after_mov_ss) {
        fmt_print(out, "entry.AFTER_MOV_SS=%u", image->after_mov_ss);
        separator = " ";
    }
    for (unsigned i = base->memory_count; i < image->memory_count; i++) {
        fmt_print(out, "%smemory.0x%llx=0x%llx", separator,
                  (unsigned long long)image->memory[i].address,
                  (unsigned long long)image->memory[i].value);
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
