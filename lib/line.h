/* One line of the serial contract (docs/serial.md): tag, then key=value pairs, then CR LF.
 * Every line that Trapline prints is made here, which is why every one can be parsed. */
#ifndef LIB_LINE_H
#define LIB_LINE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/out.h"

struct line {
    struct out *out;
    bool open; /* a line was begun and not ended */
};

/* Begins a line; one still open is ended first, so that the grammar holds whoever was cut off. */
void line_begin(struct line *line, const char *tag);

/* key=value in decimal, and in hexadecimal with 0x. These and the next ones write nothing where no
 * line is open: a pair without its line would break the grammar. */
void line_decimal(struct line *line, const char *key, uint64_t value);
void line_hex(struct line *line, const char *key, uint64_t value);

/* key=value where value is a plain name; one with a blank, a quote, a control or non-ASCII
 * character, or an empty one, is written quoted as line_text does. */
void line_name(struct line *line, const char *key, const char *value);

/* key="formatted text"; " and \ are escaped with \, control and non-ASCII characters become '?'. */
void line_text(struct line *line, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void line_vtext(struct line *line, const char *key, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

/* Ends the line; does nothing where none is open. */
void line_end(struct line *line);

#endif
