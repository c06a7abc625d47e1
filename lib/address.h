/* Addresses. Physical ones: the guest's and the host's are different types, so that one given for
 * the other does not compile. */
#ifndef LIB_ADDRESS_H
#define LIB_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE_SIZE UINT64_C(4096)

/* An address that the guest takes for physical: what EPT translates from. */
struct gpa {
    uint64_t value;
};

/* An address on the machine's own bus: what EPT translates to. */
struct hpa {
    uint64_t value;
};

/* Where an object of the kernel is: its page tables map each address to itself. */
static inline struct hpa hpa_of(const void *object)
{
    return (struct hpa){(uintptr_t)object};
}

/* Whether the bits of a linear address from its highest, number bits - 1, up are all the same. */
static inline bool address_is_canonical(uint64_t value, unsigned width)
{
    const uint64_t above = value >> (width - 1);
    return above == 0 || above == UINT64_MAX >> (width - 1);
}

#endif
