/* A checksum of memory that tells whether any of it changed. Not against an adversary. */
#ifndef LIB_CHECKSUM_H
#define LIB_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#define CHECKSUM_BEGIN UINT64_C(0)

/* The sum of what `sum` is of, followed by these bytes. A change of one word changes it for
 * certain, and two words that change places do so as well. size: a multiple of 8; bytes: aligned
 * to 8. */
uint64_t checksum_add(uint64_t sum, const void *bytes, size_t size);

#endif
