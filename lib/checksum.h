/* A checksum that detects changes of memory. It does not resist deliberate forgery. */
#ifndef LIB_CHECKSUM_H
#define LIB_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#define CHECKSUM_BEGIN UINT64_C(0)

/* Continues the checksum `sum` with `size` bytes and returns the new checksum. A first call passes
 * CHECKSUM_BEGIN. A change of a single 8-byte word always changes the result. Unlike a plain sum,
 * the result also depends on the order of the words. size is a multiple of 8, and bytes is aligned
 * to 8. */
uint64_t checksum_add(uint64_t sum, const void *bytes, size_t size);

#endif
