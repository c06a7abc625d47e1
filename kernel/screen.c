/* Keeping cells, and drawing those that changed. */
#include "kernel/screen.h"

#include "kernel/font.h"
#include "lib/bits.h"
#include "lib/string.h"

enum {
    TEXT_ATTRIBUTE = 0x07, /* light grey on black */
    TEXT_CELL = 2,         /* bytes: character, attribute */
    WIDTH_OF_SCALE = 1280, /* the scale is the screen's width in pixels divided by this */
};

/* Returns one colour of a light grey pixel: three quarters of its maximum. */
static uint32_t grey(struct boot_colour colour)
{
    const uint32_t most = (uint32_t)(BIT(colour.size) - 1);
    return (most - most / 4) << colour.position;
}

static uint32_t foreground(const struct boot_framebuffer *at)
{
    return at->kind == BOOT_FRAMEBUFFER_RGB ? grey(at->red) | grey(at->green) | grey(at->blue) : 0;
}

/* Returns how many pieces of length `each` fit into length, but at most `most`. */
static unsigned fitting(uint32_t length, uint32_t each, unsigned most)
{
    return length / each < most ? length / each : most;
}

void screen_open(struct screen *screen, const struct boot_framebuffer *at)
{
    uint32_t across = 1, down = 1;
    memset(screen, 0, sizeof *screen);
    screen->at = *at;
    screen->scale = at->width >= WIDTH_OF_SCALE ? at->width / WIDTH_OF_SCALE : 1;
    memset(screen->cells, ' ', sizeof screen->cells);
    switch (at->kind) {
    case BOOT_FRAMEBUFFER_NONE:
        return;
    case BOOT_FRAMEBUFFER_RGB:
        across = FONT_WIDTH * screen->scale;
        down = FONT_HEIGHT * screen->scale;
        break;
    case BOOT_FRAMEBUFFER_TEXT:
        break;
    }
    screen->columns = fitting(at->width, across, SCREEN_COLUMNS_MAX);
    screen->rows = fitting(at->height, down, SCREEN_ROWS_MAX);
    if (screen->columns == 0)
        screen->rows = 0;
}

static void draw_pixel(uint64_t at, unsigned bytes, uint32_t colour)
{
    switch (bytes) {
    case 4:
        *(volatile uint32_t *)at = colour;
        break;
    case 3:
        for (unsigned i = 0; i < 3; i++)
            *(volatile uint8_t *)(at + i) = (uint8_t)(colour >> 8 * i);
        break;
    default:
        *(volatile uint16_t *)at = (uint16_t)colour;
        break;
    }
}

static void draw_glyph(const struct screen *screen, unsigned row, unsigned column, char c)
{
    const unsigned scale = screen->scale, bytes = (screen->at.bits_per_pixel + 7u) / 8;
    const uint32_t colour = foreground(&screen->at);
    const uint8_t *rows = font[c - FONT_FIRST];
    const uint64_t corner = screen->at.address +
                            (uint64_t)row * FONT_HEIGHT * scale * screen->at.pitch +
                            (uint64_t)column * FONT_WIDTH * scale * bytes;
    for (unsigned y = 0; y < FONT_HEIGHT * scale; y++) {
        uint64_t pixel = corner + (uint64_t)y * screen->at.pitch;
        for (unsigned x = 0; x < FONT_WIDTH * scale; x++, pixel += bytes)
            draw_pixel(pixel, bytes, (rows[y / scale] << (x / scale) & 0x80) ? colour : 0);
    }
}

static void draw(struct screen *screen, unsigned row, unsigned column)
{
    const char c = screen->cells[row][column];
    if (!screen->shown || screen->drawn[row][column] == c)
        return;
    screen->drawn[row][column] = c;
    if (screen->at.kind == BOOT_FRAMEBUFFER_TEXT) {
        *(volatile uint16_t *)(screen->at.address + (uint64_t)row * screen->at.pitch +
                               (uint64_t)column * TEXT_CELL) =
            (uint16_t)(TEXT_ATTRIBUTE << 8 | (uint8_t)c);
    } else {
        draw_glyph(screen, row, column, c);
    }
}

static void draw_all(struct screen *screen)
{
    for (unsigned row = 0; row < screen->rows; row++) {
        for (unsigned column = 0; column < screen->columns; column++)
            draw(screen, row, column);
    }
}

void screen_show(struct screen *screen)
{
    screen->shown = true;
    draw_all(screen);
}

void screen_close(struct screen *screen)
{
    screen->rows = 0;
}

static void scroll(struct screen *screen)
{
    const unsigned up = (screen->rows + 1) / 2;
    memmove(screen->cells[0], screen->cells[up], (screen->rows - up) * sizeof screen->cells[0]);
    memset(screen->cells[screen->rows - up], ' ', up * sizeof screen->cells[0]);
    screen->row -= up;
    draw_all(screen);
}

static void new_line(struct screen *screen)
{
    screen->column = 0;
    screen->row++;
}

void screen_put(struct screen *screen, char c)
{
    if (screen->rows == 0 || c == '\r')
        return;
    if (c == '\n') {
        new_line(screen);
        return;
    }
    if (screen->column == screen->columns)
        new_line(screen);
    /* Scrolls only before a character is added, so that the last line can fill the lowest row. */
    while (screen->row >= screen->rows)
        scroll(screen);
    screen->cells[screen->row][screen->column] = c < FONT_FIRST || c > FONT_LAST ? '?' : c;
    draw(screen, screen->row, screen->column);
    screen->column++;
}
