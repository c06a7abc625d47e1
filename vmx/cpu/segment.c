/* Translates logical to linear addresses. */
#include "vmx/cpu/segment.h"

#include "lib/address.h"
#include "lib/bits.h"
#include "vmx/cpu/linear.h"
#include "vmx/state_bits.h"

uint64_t guest_address_mask(unsigned size)
{
    return UINT64_MAX >> (64 - 8 * size);
}

struct guest_operand guest_operand_of(const struct guest_cpu *cpu, uint32_t information,
                                      uint64_t displacement)
{
    const unsigned size = 2U << bits_get(information, 9, 7);
    uint64_t offset = displacement;
    if (!(information & OPERAND_NO_BASE))
        offset += cpu->general[bits_get(information, 26, 23)];
    if (!(information & OPERAND_NO_INDEX))
        offset += cpu->general[bits_get(information, 21, 18)] << bits_get(information, 1, 0);
    return (struct guest_operand){(unsigned)bits_get(information, 17, 15),
                                  offset & guest_address_mask(size)};
}

static bool raise_violation(struct guest_cpu *cpu, unsigned segment)
{
    return guest_raise(cpu, segment == GUEST_SS ? VECTOR_SS : VECTOR_GP, 0);
}

/* In an expand-down segment the valid offsets are those above the limit, up to 64 KiB or 4 GiB. */
static bool is_within_limit(const struct segment *segment, uint64_t offset, size_t size)
{
    const uint64_t last = offset + size - 1;
    const uint32_t direction = SEGMENT_CODE | SEGMENT_EXPAND_DOWN;
    if ((segment->access_rights & direction) != SEGMENT_EXPAND_DOWN)
        return last <= segment->limit;
    return offset > segment->limit &&
           last <= (segment->access_rights & ACCESS_RIGHTS_DB ? UINT32_MAX : UINT16_MAX);
}

static bool type_allows(const struct segment *segment, bool write)
{
    const uint32_t type = segment->access_rights & (SEGMENT_CODE | SEGMENT_WRITE_OR_R);
    if (segment->access_rights & ACCESS_RIGHTS_UNUSABLE)
        return false;
    return write ? type == SEGMENT_WRITE_OR_R : type != SEGMENT_CODE;
}

bool guest_operand_linear(struct guest_cpu *cpu, struct guest_operand operand, size_t size,
                          bool write, uint64_t *linear)
{
    const struct segment *segment = &cpu->segments[operand.segment];
    if (guest_cpu_is_64_bit(cpu)) {
        const unsigned bits = cpu->crs.cr4 & CR4_LA57 ? 57 : 48;
        *linear = operand.offset + (operand.segment >= GUEST_FS ? segment->base : 0);
        return (address_is_canonical(*linear, bits) &&
                address_is_canonical(*linear + size - 1, bits)) ||
               raise_violation(cpu, operand.segment);
    }
    *linear = (segment->base + operand.offset) & UINT32_MAX;
    /* Real mode does not check the type. */
    return (((cpu->crs.cr0 & CR0_PE) == 0 || type_allows(segment, write)) &&
            is_within_limit(segment, operand.offset, size)) ||
           raise_violation(cpu, operand.segment);
}

bool guest_operand_read(struct guest_cpu *cpu, struct guest_operand operand, void *to, size_t size)
{
    uint64_t linear;
    return guest_operand_linear(cpu, operand, size, false, &linear) &&
           guest_linear_read(cpu, linear, to, size, GUEST_READ);
}

bool guest_is_aligned(struct guest_cpu *cpu, uint64_t linear, uint64_t unit)
{
    if (!(cpu->crs.cr0 & CR0_AM) || !(cpu->rflags & RFLAGS_AC) || guest_cpu_cpl(cpu) != 3 ||
        is_aligned(linear, unit))
        return true;
    return guest_raise(cpu, VECTOR_AC, 0);
}
