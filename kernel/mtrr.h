/* The memory types of this machine, read from its MTRRs and told on `mtrr` lines. */
#ifndef KERNEL_MTRR_H
#define KERNEL_MTRR_H

#include <stdbool.h>

#include "lib/memory_type.h"
#include "lib/out.h"

/* physical_bits: width of physical addresses. Says on why where the registers are more than can be
 * kept, and returns false. */
bool mtrr_take(unsigned physical_bits, struct memory_types *types, struct out *why);

#endif
