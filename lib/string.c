/* Memory and string functions for the kernel, which has no C library.
 *
 * A compiler may turn a loop that copies or fills memory into a call of memcpy or memset. Inside
 * these functions, that would recurse endlessly. Therefore memcpy and memset use string
 * instructions, and the Makefile compiles this file with -fno-builtin and
 * -fno-tree-loop-distribute-patterns, which protect the loops of the other functions. */
#include "lib/string.h"

#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    void *at = to;

    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(size) : : "memory");
    return to;
}

/* Copies from the last byte to the first. Does not use a string instruction with the direction flag
 * set: an NMI or exception would then run C code with that flag set, which the ABI forbids. */
static void copy_backward(unsigned char *to, const unsigned char *from, size_t size)
{
    while (size > 0) {
        size--;
        to[size] = from[size];
    }
}

void *memmove(void *to, const void *from, size_t size)
{
    /* If `to` is below `from`, the difference wraps and is large, so one comparison is enough. */
    if ((uintptr_t)to - (uintptr_t)from >= size)
        return memcpy(to, from, size);
    copy_backward(to, from, size);
    return to;
}

void *memset(void *to, int byte, size_t size)
{
    void *at = to;
    uint64_t pattern = UINT64_C(0x0101010101010101) * (unsigned char)byte;
    size_t words = size / 8, rest = size % 8;

    __asm__ volatile("rep stosq" : "+D"(at), "+c"(words) : "a"(pattern) : "memory");
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(rest) : "a"(pattern) : "memory");
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const unsigned char *left = a;
    const unsigned char *right = b;

    for (size_t i = 0; i < size; i++) {
        if (left[i] != right[i])
            return left[i] - right[i];
    }
    return 0;
}

size_t strlen(const char *string)
{
    size_t length = 0;

    while (string[length] != '\0')
        length++;
    return length;
}

int strcmp(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}
