/* The screen: a grid of characters in memory of its own, drawn into the framebuffer or the text
 * memory that the loader gave (Multiboot2 Specification 2.0, §3.6.12). The framebuffer may be slow:
 * it is never read, and only what changed is written. Pure over the framebuffer's memory. */
#ifndef KERNEL_SCREEN_H
#define KERNEL_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "boot/multiboot2.h"

/* Of a screen with more, the part at the top left is used. */
enum {
    SCREEN_COLUMNS_MAX = 320,
    SCREEN_ROWS_MAX = 128,
};

struct screen {
    struct boot_framebuffer at;
    unsigned columns, rows; /* 0 where nothing can be shown */
    unsigned scale;         /* pixels of the framebuffer for one of the font's, across and down */
    unsigned column, row;   /* where the next character goes */
    bool shown;             /* the framebuffer can be written to */
    char cells[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX];
    char drawn[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX]; /* 0: unknown */
};

/* Begins with an empty screen of which nothing is drawn yet. */
void screen_open(struct screen *screen, const struct boot_framebuffer *at);

/* The framebuffer can be written to from now on: draws all there is. */
void screen_show(struct screen *screen);

/* Shows nothing any more, and leaves the framebuffer as it is. */
void screen_close(struct screen *screen);

/* Adds a character to the text: carriage returns mean nothing, what is not printable becomes '?'.
 * At the lower end the text goes up by half of the rows, so that it moves but once in so many
 * lines. */
void screen_put(struct screen *screen, char c);

#endif
