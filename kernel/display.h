/* The screen of this machine, if the loader set one up. */
#ifndef KERNEL_DISPLAY_H
#define KERNEL_DISPLAY_H

#include "kernel/screen.h"

/* It has no rows and shows nothing before display_open(), or if there is no screen. */
extern struct screen display;

/* Opens the screen, which shows what is printed from now on. Draws at once if the page tables of
 * the boot reach the framebuffer, else from screen_show() on. */
void display_open(const struct boot_framebuffer *framebuffer);

#endif
