/* Opening the framebuffer or text screen of the loader. */
#include "kernel/display.h"

#include "boot/start.h"
#include "kernel/cpu.h"

struct screen display;

/* Hides the blinking cursor, which would otherwise stay where the loader left it: sets bit 5 of the
 * cursor start register of the VGA's CRT controller. */
static void hide_cursor(void)
{
    enum { CRT_INDEX = 0x3d4, CRT_DATA = 0x3d5, CURSOR_START = 0x0a, CURSOR_OFF = 0x20 };
    out8(CRT_INDEX, CURSOR_START);
    out8(CRT_DATA, CURSOR_OFF);
}

void display_open(const struct boot_framebuffer *framebuffer)
{
    screen_open(&display, framebuffer);
    if (framebuffer->kind == BOOT_FRAMEBUFFER_TEXT)
        hide_cursor();
    if (framebuffer->address + boot_framebuffer_size(framebuffer) <= BOOT_MAPPED_END)
        screen_show(&display);
}
