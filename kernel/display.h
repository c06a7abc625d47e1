/* The screen of this machine, where the loader set one up. */
#ifndef KERNEL_DISPLAY_H
#define KERNEL_DISPLAY_H

#include "kernel/screen.h"

/* Has no rows, and shows nothing, before it is opened and where there is no screen. */
extern struct screen display;

/* Opens it: what comes from now on is shown. It is drawn at once where the page tables of the boot
 * reach the framebuffer, else from screen_show() on. */
void display_open(const struct boot_framebuffer *framebuffer);

#endif
