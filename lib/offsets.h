/* Macros with which a room's offsets.c passes C offsets and sizes to assembly files. The Makefile
 * compiles <room>/offsets.c to assembly and extracts build/<room>/offsets.inc from the "->" lines.
 * offsets.c is never linked. */
#ifndef LIB_OFFSETS_H
#define LIB_OFFSETS_H

#include <stddef.h>

#define VALUE(name, value)           __asm__ volatile("->" #name " %0" : : "i"(value))
#define OFFSET(name, struct, member) VALUE(name, offsetof(struct, member))

#endif
