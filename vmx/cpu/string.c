/* Emulates an iteration of INS or OUTS. */
#include "vmx/cpu/string.h"

#include "vmx/cpu/linear.h"

/* Adds to a register with an address size in bytes. A size of 2 leaves bits 63:16 unchanged; a size
 * of 4 clears bits 63:32. */
static void add(uint64_t *reg, uint64_t amount, unsigned address_size)
{
    const uint64_t mask = guest_address_mask(address_size);
    const uint64_t sum = (*reg + amount) & mask;
    *reg = address_size == 2 ? (*reg & ~mask) | sum : sum;
}

static bool move(struct guest_cpu *cpu, const struct guest_string *string, uint64_t offset,
                 uint32_t value)
{
    const struct guest_operand operand = {string->in ? GUEST_ES : string->segment, offset};
    uint64_t linear;
    if (!guest_operand_linear(cpu, operand, string->size, string->in, &linear) ||
        !guest_is_aligned(cpu, linear, string->size))
        return false;
    if (string->in)
        return guest_linear_write(cpu, linear, &value, string->size, GUEST_WRITE);
    return guest_linear_read(cpu, linear, &value, string->size, GUEST_READ);
}

bool guest_string_step(struct guest_cpu *cpu, const struct guest_string *string, uint32_t value,
                       bool *last)
{
    const uint64_t mask = guest_address_mask(string->address_size);
    uint64_t *count = &cpu->general[GUEST_RCX_NUMBER];
    uint64_t *index = &cpu->general[string->in ? GUEST_RDI_NUMBER : GUEST_RSI_NUMBER];
    *last = true;
    if (string->repeated && (*count & mask) == 0)
        return true;
    if (!move(cpu, string, *index & mask, value))
        return false;
    add(index, cpu->rflags & RFLAGS_DF ? -(uint64_t)string->size : string->size,
        string->address_size);
    if (string->repeated) {
        add(count, UINT64_MAX, string->address_size);
        *last = (*count & mask) == 0;
    }
    return true;
}
