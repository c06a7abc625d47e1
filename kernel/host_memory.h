/* Whether memory that is nobody's but the host's stays as it is while a guest runs. */
#ifndef KERNEL_HOST_MEMORY_H
#define KERNEL_HOST_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/range.h"

/* The checksum of whole pages, which are mapped. */
uint64_t host_memory_sum(const struct range_set *pages);

/* Prints a `host` line with the sum from before and the one of now; true where they are the same.
 */
bool host_memory_compare(const struct range_set *pages, uint64_t before);

#endif
