/* Physical and linear addresses. Guest-physical and host-physical addresses are different types, so
 * that code that mixes them up does not compile. */
#ifndef LIB_ADDRESS_H
#define LIB_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#define PAGE_SIZE UINT64_C(4096)

/* A guest-physical address: EPT translates from it. */
struct gpa {
    uint64_t value;
};

/* A host-physical address: EPT translates to it. */
struct hpa {
    uint64_t value;
};

/* Returns the host-physical address of a kernel object. The kernel's page tables map each address
 * to itself. */
static inline struct hpa hpa_of(const void *object)
{
    return (struct hpa){(uintptr_t)object};
}

/* Returns true if value is a canonical linear address: bits 63 down to width - 1 are all equal. */
static inline bool address_is_canonical(uint64_t value, unsigned width)
{
    const uint64_t above = value >> (width - 1);
    return above == 0 || above == UINT64_MAX >> (width - 1);
}

#endif
