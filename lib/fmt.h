/* printf's useful part, written to a struct out. */
#ifndef LIB_FMT_H
#define LIB_FMT_H

#include <stdarg.h>

#include "lib/out.h"

/* Knows %s %.*s %c %d %u %x %#x %% with the lengths (none), l, ll and z, and a field width with
 * optional zero padding (%016llx, %4u). %#x prints 0x0 for zero, unlike C's. A NULL string prints
 * as (null). Any other conversion prints itself, so that a mistake is seen. */
void fmt_print(struct out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void fmt_vprint(struct out *out, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

#endif
