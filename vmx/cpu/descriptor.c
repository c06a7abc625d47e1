/* Emulates instructions on descriptor tables and system segments. */
#include "vmx/cpu/descriptor.h"

#include "lib/address.h"
#include "lib/bits.h"
#include "lib/string.h"
#include "vmx/cpu/linear.h"

/* The bits of byte 13 of a 16-byte descriptor that must be 0. A second descriptor would have its
 * type there. */
#define UPPER_TYPE BITS(44, 40)

static size_t base_size(const struct guest_cpu *cpu)
{
    return guest_cpu_is_64_bit(cpu) ? 8 : 4;
}

bool guest_table_store(struct guest_cpu *cpu, struct guest_operand to,
                       const struct guest_table *table)
{
    const size_t size = base_size(cpu);
    uint8_t bytes[10];
    uint64_t linear;
    memcpy(bytes, &table->limit, 2);
    memcpy(bytes + 2, &table->base, 8);
    return guest_operand_linear(cpu, to, 2 + size, true, &linear) &&
           guest_is_aligned(cpu, linear, 2) && guest_is_aligned(cpu, linear + 2, size) &&
           guest_linear_write(cpu, linear, bytes, 2 + size, GUEST_WRITE);
}

bool guest_table_load(struct guest_cpu *cpu, struct guest_operand from, bool narrow,
                      struct guest_table *table)
{
    uint8_t bytes[10];
    struct guest_table loaded = {0};
    if (!guest_operand_read(cpu, from, bytes, 2 + base_size(cpu)))
        return false;
    memcpy(&loaded.limit, bytes, 2);
    memcpy(&loaded.base, bytes + 2, base_size(cpu));
    if (!guest_cpu_is_64_bit(cpu) && narrow)
        loaded.base &= BITS(23, 0);
    if (!address_is_canonical(loaded.base, cpu->linear_bits))
        return guest_raise(cpu, VECTOR_GP, 0);
    *table = loaded;
    return true;
}

bool guest_selector_store(struct guest_cpu *cpu, struct guest_operand to, uint16_t selector)
{
    uint64_t linear;
    return guest_operand_linear(cpu, to, sizeof selector, true, &linear) &&
           guest_is_aligned(cpu, linear, sizeof selector) &&
           guest_linear_write(cpu, linear, &selector, sizeof selector, GUEST_WRITE);
}

uint64_t guest_selector_in_register(uint64_t before, uint16_t selector, unsigned size)
{
    return size == 2 ? (before & ~BITS(15, 0)) | selector : selector;
}

bool guest_descriptor_find(struct guest_cpu *cpu, uint16_t selector, size_t size,
                           enum vector vector, uint64_t *linear)
{
    const bool local = (selector & SELECTOR_TI) != 0;
    const uint64_t offset = selector & SELECTOR_INDEX;
    const uint32_t limit = local ? cpu->ldtr.limit : cpu->gdtr.limit;
    const uint64_t base = local ? cpu->ldtr.base : cpu->gdtr.base;
    if ((local && (cpu->ldtr.access_rights & ACCESS_RIGHTS_UNUSABLE)) || offset + size - 1 > limit)
        return guest_raise(cpu, vector, guest_selector_error(selector));
    *linear = guest_linear_wrap(cpu, base + offset);
    return true;
}

/* Reads the descriptor of a system segment from the GDT. Bit n of `types`: type n is allowed. In
 * 64-bit mode the descriptor has 16 bytes. */
static bool read_system(struct guest_cpu *cpu, uint16_t selector, uint32_t types, uint64_t *at,
                        struct segment *segment)
{
    const bool wide = guest_cpu_is_64_bit(cpu);
    uint64_t halves[2] = {0};
    if (selector & SELECTOR_TI)
        return guest_raise(cpu, VECTOR_GP, guest_selector_error(selector));
    if (!guest_descriptor_find(cpu, selector, wide ? 16 : 8, VECTOR_GP, at) ||
        !guest_linear_read(cpu, *at, halves, wide ? 16 : 8, GUEST_IMPLICIT))
        return false;
    *segment = segment_decode(selector, halves[0], halves[1]);
    const uint32_t type = segment->access_rights & ACCESS_RIGHTS_TYPE;
    if ((segment->access_rights & ACCESS_RIGHTS_S) || !(types & BIT(type)) ||
        (halves[1] & UPPER_TYPE))
        return guest_raise(cpu, VECTOR_GP, guest_selector_error(selector));
    if (!(segment->access_rights & ACCESS_RIGHTS_P))
        return guest_raise(cpu, VECTOR_NP, guest_selector_error(selector));
    if (!address_is_canonical(segment->base, cpu->linear_bits))
        return guest_raise(cpu, VECTOR_GP, guest_selector_error(selector));
    return true;
}

bool guest_ldtr_load(struct guest_cpu *cpu, uint16_t selector)
{
    uint64_t at;
    struct segment segment = {.selector = selector, .access_rights = ACCESS_RIGHTS_UNUSABLE};
    if (!guest_selector_is_null(selector) &&
        !read_system(cpu, selector, BIT(SEGMENT_LDT), &at, &segment))
        return false;
    cpu->ldtr = segment;
    return true;
}

bool guest_tr_load(struct guest_cpu *cpu, uint16_t selector)
{
    const uint32_t available =
        (uint32_t)(BIT(SEGMENT_TSS_32) | (guest_cpu_is_ia_32e(cpu) ? 0 : BIT(SEGMENT_TSS_16)));
    uint64_t at;
    uint8_t rights;
    struct segment segment;
    if (guest_selector_is_null(selector))
        return guest_raise(cpu, VECTOR_GP, 0);
    if (!read_system(cpu, selector, available, &at, &segment))
        return false;
    segment.access_rights |= SEGMENT_TSS_BUSY;
    rights = (uint8_t)segment.access_rights;
    if (!guest_linear_write(cpu, guest_linear_wrap(cpu, at + DESCRIPTOR_TYPE_AT), &rights, 1,
                            GUEST_IMPLICIT))
        return false;
    cpu->tr = segment;
    return true;
}
