/* Tests the screen. Each framebuffer is an allocation, so the sanitizer sees writes outside it. The
 * tests compare the drawn pixels with the font. */
#include "kernel/screen.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/font.h"
#include "lib/bits.h"
#include "tests/unit/unit.h"

static struct screen screen;
static uint8_t *memory;
static struct boot_framebuffer at;

static const struct boot_framebuffer rgb32 = {.kind = BOOT_FRAMEBUFFER_RGB,
                                              .bits_per_pixel = 32,
                                              .red = {16, 8},
                                              .green = {8, 8},
                                              .blue = {0, 8}};

/* Opens a screen of this format and size. `slack` bytes follow each row and must not change. */
static void open_like(struct boot_framebuffer like, uint32_t width, uint32_t height, uint32_t slack)
{
    const uint32_t bytes = (like.bits_per_pixel + 7u) / 8;
    like.width = width;
    like.height = height;
    like.pitch = width * bytes + slack;
    free(memory);
    /* No slack follows the last row. */
    memory = malloc((size_t)like.pitch * height - slack);
    assert_non_null(memory);
    memset(memory, 0xa5, (size_t)like.pitch * height - slack);
    like.address = (uintptr_t)memory;
    at = like;
    screen_open(&screen, &at);
}

static void open_text(uint32_t columns, uint32_t rows)
{
    open_like((struct boot_framebuffer){.kind = BOOT_FRAMEBUFFER_TEXT, .bits_per_pixel = 16},
              columns, rows, 0);
}

static int close_all(void **state)
{
    (void)state;
    free(memory);
    memory = NULL;
    return 0;
}

static void put(const char *text)
{
    for (; *text != '\0'; text++)
        screen_put(&screen, *text);
}

static void assert_text_row(unsigned row, const char *expected)
{
    for (unsigned column = 0; column < at.width; column++) {
        const uint8_t *cell = memory + row * at.pitch + 2 * column;
        const char wanted = column < strlen(expected) ? expected[column] : ' ';
        assert_int_equal(cell[0], wanted);
        assert_int_equal(cell[1], 0x07);
    }
}

static uint32_t pixel(unsigned x, unsigned y)
{
    const uint32_t bytes = (at.bits_per_pixel + 7u) / 8;
    uint32_t value = 0;
    memcpy(&value, memory + (size_t)y * at.pitch + (size_t)x * bytes, bytes);
    return value;
}

static void assert_glyph(unsigned row, unsigned column, char c, unsigned scale, uint32_t lit)
{
    for (unsigned y = 0; y < FONT_HEIGHT * scale; y++) {
        for (unsigned x = 0; x < FONT_WIDTH * scale; x++) {
            const bool set = font[c - FONT_FIRST][y / scale] & 0x80 >> x / scale;
            assert_int_equal(pixel(column * FONT_WIDTH * scale + x, row * FONT_HEIGHT * scale + y),
                             set ? lit : 0);
        }
    }
}

static void text_is_written_as_cells(void **state)
{
    (void)state;
    open_text(8, 4);
    screen_show(&screen);
    put("one\r\ntwo 3\r\n");
    assert_text_row(0, "one");
    assert_text_row(1, "two 3");
    assert_text_row(2, "");
    assert_text_row(3, "");
}

static void nothing_is_written_before_it_is_shown(void **state)
{
    (void)state;
    open_text(8, 4);
    put("early\n");
    for (unsigned i = 0; i < 8 * 4 * 2; i++)
        assert_int_equal(memory[i], 0xa5);
    screen_show(&screen);
    assert_text_row(0, "early");
    assert_text_row(3, "");
}

/* After screen_close(), screen_show() draws nothing either, for example when a framebuffer is
 * mapped later. */
static void a_closed_screen_stays_as_it_is(void **state)
{
    (void)state;
    open_text(4, 2);
    screen_show(&screen);
    put("a");
    screen_close(&screen);
    memset(memory, 0xa5, 4 * 2 * 2);
    put("b\nc\nd\n");
    screen_show(&screen);
    for (unsigned i = 0; i < 4 * 2 * 2; i++)
        assert_int_equal(memory[i], 0xa5);
}

static void long_lines_go_on_below(void **state)
{
    (void)state;
    open_text(4, 4);
    screen_show(&screen);
    put("abcdefgh\nx\n"); /* a line end after a full row adds no empty row */
    assert_text_row(0, "abcd");
    assert_text_row(1, "efgh");
    assert_text_row(2, "x");
}

static void unprintable_characters_become_question_marks(void **state)
{
    (void)state;
    open_text(8, 2);
    screen_show(&screen);
    put("\x1f \x7e\x7f\x80\xff\t");
    assert_text_row(0, "? ~????");
}

/* The last line stays visible; the next scrolls half a screen. */
static void scrolls_by_half_a_screen(void **state)
{
    (void)state;
    open_text(4, 5);
    screen_show(&screen);
    put("1\n2\n3\n4\n5\n");
    assert_text_row(0, "1");
    assert_text_row(4, "5");
    put("6");
    assert_text_row(0, "4");
    assert_text_row(1, "5");
    assert_text_row(2, "6");
    assert_text_row(3, "");
    assert_text_row(4, "");
    put("\n7\n8\n9\n");
    assert_text_row(0, "7");
    assert_text_row(1, "8");
    assert_text_row(2, "9");
}

static void a_screen_of_one_row_shows_the_last(void **state)
{
    (void)state;
    open_text(4, 1);
    screen_show(&screen);
    put("1\n2\n\n\n3");
    assert_text_row(0, "3");
}

/* Unchanged cells are not written. */
static void only_changes_are_written(void **state)
{
    (void)state;
    open_text(4, 2);
    screen_show(&screen);
    put("aa\nab\n");
    memset(memory, 0xa5, 4 * 2 * 2);
    put("c"); /* "ab" scrolls to the row of "aa": only the second letter changes */
    assert_int_equal(memory[0], 0xa5);
    assert_int_equal(memory[2], 'b');
    assert_int_equal(memory[8], 'c');
    assert_int_equal(memory[10], ' ');
    assert_int_equal(memory[12], 0xa5);
}

static void pixels_of_each_format(void **state)
{
    static const struct {
        uint8_t bits;
        struct boot_colour red, green, blue;
        uint32_t lit;
    } cases[] = {
        {32, {16, 8}, {8, 8}, {0, 8}, 0xc0c0c0},
        {32, {0, 8}, {8, 8}, {16, 8}, 0xc0c0c0},
        {24, {16, 8}, {8, 8}, {0, 8}, 0xc0c0c0},
        {16, {11, 5}, {5, 6}, {0, 5}, 24u << 11 | 48u << 5 | 24u},
        {32, {20, 10}, {10, 10}, {0, 10}, 768u << 20 | 768u << 10 | 768u},
        {15, {10, 5}, {5, 5}, {0, 5}, 24u << 10 | 24u << 5 | 24u},
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        const struct boot_framebuffer like = {.kind = BOOT_FRAMEBUFFER_RGB,
                                              .bits_per_pixel = cases[i].bits,
                                              .red = cases[i].red,
                                              .green = cases[i].green,
                                              .blue = cases[i].blue};
        open_like(like, 3 * FONT_WIDTH, 2 * FONT_HEIGHT, 8);
        screen_show(&screen);
        put("Ag\n#");
        assert_glyph(0, 0, 'A', 1, cases[i].lit);
        assert_glyph(0, 1, 'g', 1, cases[i].lit);
        assert_glyph(0, 2, ' ', 1, cases[i].lit);
        assert_glyph(1, 0, '#', 1, cases[i].lit);
    }
}

/* Pixels outside whole cells are not touched. */
static void pixels_outside_cells_are_not_touched(void **state)
{
    (void)state;
    open_like(rgb32, 2 * FONT_WIDTH + 3, FONT_HEIGHT + 4, 12);
    assert_int_equal(screen.columns, 2);
    assert_int_equal(screen.rows, 1);
    screen_show(&screen);
    put("ab\ncd\n");
    assert_glyph(0, 0, 'c', 1, 0xc0c0c0);
    assert_int_equal(pixel(2 * FONT_WIDTH, 0), 0xa5a5a5a5);
    assert_int_equal(pixel(0, FONT_HEIGHT), 0xa5a5a5a5);
    assert_int_equal(memory[at.width * 4], 0xa5);
}

static void wide_screens_are_drawn_larger(void **state)
{
    static const struct {
        uint32_t width, scale, columns;
    } cases[] = {{640, 1, 80},   {1024, 1, 128}, {2559, 1, 319},
                 {2560, 2, 160}, {3840, 3, 160}, {7680, 6, 160}};
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        open_like(rgb32, cases[i].width, 2 * FONT_HEIGHT * cases[i].scale, 0);
        assert_int_equal(screen.columns, cases[i].columns);
        assert_int_equal(screen.rows, 2);
        screen_show(&screen);
        put("x\nW");
        assert_glyph(0, 0, 'x', cases[i].scale, 0xc0c0c0);
        assert_glyph(1, 0, 'W', cases[i].scale, 0xc0c0c0);
        assert_glyph(1, cases[i].columns - 1, ' ', cases[i].scale, 0xc0c0c0);
    }
}

/* The display has more rows and columns than the screen buffer. */
static void large_screens_are_used_in_part(void **state)
{
    (void)state;
    open_text(SCREEN_COLUMNS_MAX + 5, SCREEN_ROWS_MAX + 3);
    assert_int_equal(screen.columns, SCREEN_COLUMNS_MAX);
    assert_int_equal(screen.rows, SCREEN_ROWS_MAX);
    screen_show(&screen);
    for (unsigned i = 0; i < 3 * SCREEN_ROWS_MAX * SCREEN_COLUMNS_MAX; i++)
        screen_put(&screen, (char)('!' + i % 90));
    assert_int_equal(memory[2 * SCREEN_COLUMNS_MAX], 0xa5);
    assert_int_equal(memory[(size_t)SCREEN_ROWS_MAX * at.pitch], 0xa5);
}

static void no_screen_takes_everything(void **state)
{
    static const struct boot_framebuffer none;
    (void)state;
    screen_open(&screen, &none);
    assert_int_equal(screen.rows, 0);
    screen_show(&screen);
    put("abc\r\n\n");
    open_like(rgb32, FONT_WIDTH - 1, FONT_HEIGHT, 0); /* narrower than one cell */
    assert_int_equal(screen.rows, 0);
    screen_show(&screen);
    put("abc\r\n\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(text_is_written_as_cells, close_all),
        cmocka_unit_test_teardown(nothing_is_written_before_it_is_shown, close_all),
        cmocka_unit_test_teardown(a_closed_screen_stays_as_it_is, close_all),
        cmocka_unit_test_teardown(long_lines_go_on_below, close_all),
        cmocka_unit_test_teardown(unprintable_characters_become_question_marks, close_all),
        cmocka_unit_test_teardown(scrolls_by_half_a_screen, close_all),
        cmocka_unit_test_teardown(a_screen_of_one_row_shows_the_last, close_all),
        cmocka_unit_test_teardown(only_changes_are_written, close_all),
        cmocka_unit_test_teardown(pixels_of_each_format, close_all),
        cmocka_unit_test_teardown(pixels_outside_cells_are_not_touched, close_all),
        cmocka_unit_test_teardown(wide_screens_are_drawn_larger, close_all),
        cmocka_unit_test_teardown(large_screens_are_used_in_part, close_all),
        cmocka_unit_test_teardown(no_screen_takes_everything, close_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
