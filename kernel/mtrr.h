/* Reads the memory types of this machine from its MTRRs and prints `mtrr` lines. */
#ifndef KERNEL_MTRR_H
#define KERNEL_MTRR_H

#include <stdbool.h>

#include "lib/memory_type.h"
#include "lib/out.h"

/* physical_bits: width of physical addresses. If the MTRRs exceed what types can hold, writes the
 * reason to why and returns false. */
bool mtrr_take(unsigned physical_bits, struct memory_types *types, struct out *why);

#endif
