/* The built-in font. Pure. */
#ifndef KERNEL_FONT_H
#define KERNEL_FONT_H

#include <stdint.h>

enum {
    FONT_WIDTH = 8,
    FONT_HEIGHT = 13,
    FONT_FIRST = 0x20, /* printable ASCII */
    FONT_LAST = 0x7e,
};

/* The rows of each character, from the top. */
extern const uint8_t font[FONT_LAST - FONT_FIRST + 1][FONT_HEIGHT];

#endif
