/* Grants: the I/O ports and MSRs that ports= and msrs= pass through to a guest. Its accesses to
 * them do not exit. Pure. */
#ifndef KERNEL_GRANTS_H
#define KERNEL_GRANTS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/text.h"

enum {
    GRANTS_MAX = 16,      /* ranges of each kind */
    GRANTS_MSRS_MAX = 64, /* MSRs in all ranges; the host's value of each is saved */
};

struct grant {
    uint32_t first, last;
};

struct grants {
    struct grant port[GRANTS_MAX], msr[GRANTS_MAX];
    unsigned ports, msrs; /* number of ranges */
};

/* Read "first[-last]{,first[-last]}": ports up to 0xffff, or MSRs that the MSR bitmap covers (up to
 * 0x1fff, and from 0xc0000000 to 0xc0001fff). Return false if the text is malformed or has too many
 * ranges or MSRs. */
bool grants_parse_ports(struct text text, struct grants *grants);
bool grants_parse_msrs(struct text text, struct grants *grants);

#endif
