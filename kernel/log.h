/* The kernel's log: lines of the serial contract to every place that was opened for it. */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include "kernel/screen.h"
#include "kernel/serial/find.h"
#include "lib/line.h"

/* Opens the log: the serial port that is wished for, and an emulator's debug console where there
 * is one. info: what has the memory map, for later as well; NULL: all addresses may be memory.
 * spcr: the port that the firmware names, its address 0 where it names none. */
void log_open(const struct serial_wish *wish, const struct boot_info *info,
              struct serial_setting spcr);

/* The log goes to the screen, too; text that came before does not. It is drawn where the page
 * tables of the boot, which map the first 4 GiB, reach the framebuffer, and else once it is mapped.
 */
void log_open_screen(const struct boot_framebuffer *framebuffer);

/* The kernel's own page tables map the framebuffer: the screen shows all that has come for it. */
void log_show_screen(void);

/* Nothing is shown any more. */
void log_close_screen(void);

/* What it is like; no rows where there is none. */
const struct screen *log_screen(void);

/* For a panic before log_open(): opens what is found without a wish. */
void log_ensure(void);

/* The serial port, NULL where there is none, and how it was found. */
const struct serial_setting *log_port(struct serial_found *how);

/* Ends the line that someone else may have begun on the serial port. */
void log_new_line(void);

/* Writes to the log, for code that is given a struct line. */
extern struct line log_line;

/* Begins a line in log_line; it is the caller's until line_end(). */
struct line *log_begin(const char *tag);

/* Waits, no longer than the port's bound, until all was sent. */
void log_flush(void);

#endif
