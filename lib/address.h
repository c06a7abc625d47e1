/* Physical addresses. The guest's and the host's are different types, so that one given for the
 * other does not compile. */
#ifndef LIB_ADDRESS_H
#define LIB_ADDRESS_H

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

#endif
