/* How a room's offsets.c tells assembly about offsets and sizes that C defines. The Makefile
 * compiles <room>/offsets.c to assembly and makes build/<room>/offsets.inc of its "->" lines;
 * nothing of it is linked. */
#ifndef LIB_OFFSETS_H
#define LIB_OFFSETS_H

#include <stddef.h>

#define VALUE(name, value)           __asm__ volatile("->" #name " %0" : : "i"(value))
#define OFFSET(name, struct, member) VALUE(name, offsetof(struct, member))

#endif
