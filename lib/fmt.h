/* A subset of printf that writes to a struct out. */
#ifndef LIB_FMT_H
#define LIB_FMT_H

#include <stdarg.h>

#include "lib/out.h"

/* Supports %s %.*s %c %d %u %x %#x %%, the lengths (none), l, ll and z, and a field width with
 * optional zero padding (%016llx, %4u). Unlike C's printf, %#x prints 0x0 for zero. A NULL string
 * prints as (null). An unsupported conversion is printed verbatim, so that the mistake is
 * visible. */
void fmt_print(struct out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void fmt_vprint(struct out *out, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

#endif
