/* The memory and string functions of the C library that Trapline uses (ISO C §7.24). The kernel has
 * its own (lib/string.c); host programs use the C library's. GCC and Clang generate calls of the
 * first four, for example to copy a structure. */
#ifndef LIB_STRING_H
#define LIB_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *string);
int strcmp(const char *a, const char *b);

#endif
