/* Checks that memory of the host does not change while a guest runs. */
#ifndef KERNEL_HOST_MEMORY_H
#define KERNEL_HOST_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/range.h"

/* Returns a checksum of these pages, which must be mapped. */
uint64_t host_memory_sum(const struct range_set *pages);

/* Prints a `host` line with the old and the new checksum. Returns true if they are equal. */
bool host_memory_compare(const struct range_set *pages, uint64_t before);

#endif
