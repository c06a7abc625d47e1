/* The C library's memory and string functions that Trapline uses, declared as in ISO C §7.24. The
 * kernel has its own (lib/string.c), host programs take the C library's. GCC and Clang also call
 * the first four of their own accord, to copy a structure for instance. */
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
