/* The screen: a grid of characters, drawn into the framebuffer or text memory that the loader
 * provides (Multiboot2 Specification 2.0, §3.6.12). A framebuffer may be slow, so it is never read,
 * and only changes are written. Pure, apart from the memory of the framebuffer. */
#ifndef KERNEL_SCREEN_H
#define KERNEL_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "boot/multiboot2.h"

/* A larger screen uses its top left part. */
enum {
    SCREEN_COLUMNS_MAX = 320,
    SCREEN_ROWS_MAX = 128,
};

struct screen {
    struct boot_framebuffer at;
    unsigned columns, rows; /* 0 if nothing can be shown */
    unsigned scale;         /* pixels of the framebuffer per pixel of the font, in each direction */
    unsigned column, row;   /* position of the next character */
    bool shown;             /* the framebuffer is mapped */
    char cells[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX];
    char drawn[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX]; /* the framebuffer's text; 0: unknown */
};

/* Makes an empty screen. Draws nothing yet. */
void screen_open(struct screen *screen, const struct boot_framebuffer *at);

/* Draws all text, and from now on also each new character. The framebuffer must be mapped. */
void screen_show(struct screen *screen);

/* Stops drawing and leaves the framebuffer as it is. */
void screen_close(struct screen *screen);

/* Adds a character to the text. Ignores carriage returns. Replaces unprintable characters by '?'.
 * Scrolls by half of the rows at a time, because scrolling is slow. */
void screen_put(struct screen *screen, char c);

#endif
