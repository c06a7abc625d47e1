/* Lines of the serial contract (docs/serial.md): a tag, key=value pairs, CR LF. Every line that
 * Trapline prints is built with these functions, so a program can parse all of them. */
#ifndef LIB_LINE_H
#define LIB_LINE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/out.h"

struct line {
    struct out *out;
    bool open; /* a line has begun and not ended */
};

/* Begins a line. Ends the previous line first if it is still open, so that the grammar holds even
 * if its writer was interrupted. */
void line_begin(struct line *line, const char *tag);

/* Write key=value in decimal, or in hexadecimal with 0x. Like all functions that follow, they write
 * nothing if no line is open, because a pair without a line would break the grammar. */
void line_decimal(struct line *line, const char *key, uint64_t value);
void line_hex(struct line *line, const char *key, uint64_t value);

/* Writes key=value. If value is empty or has a blank, a quote, a control or a non-ASCII character,
 * it is quoted as by line_text. */
void line_name(struct line *line, const char *key, const char *value);

/* Write key="formatted text". A \ goes before each " and \; control and non-ASCII characters become
 * '?'. */
void line_text(struct line *line, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void line_vtext(struct line *line, const char *key, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

/* Ends the line. Does nothing if no line is open. */
void line_end(struct line *line);

#endif
