/* The screen of this machine, if the loader set one up. */
#ifndef KERNEL_DISPLAY_H
#define KERNEL_DISPLAY_H

#include "kernel/screen.h"

/* Before display_open(), and if there is no screen, it has no rows and shows nothing. */
extern struct screen display;

/* Opens the screen: it shows everything printed from now on. Draws at once if the page tables of
 * boot/start.asm map the framebuffer, otherwise from screen_show() on. */
void display_open(const struct boot_framebuffer *framebuffer);

#endif
