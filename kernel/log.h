/* The kernel's log: lines of the serial contract to the serial port, to an emulator's debug console
 * where there is one, and to the screen (kernel/display.h). */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include "boot/multiboot2.h"
#include "kernel/serial/find.h"
#include "lib/line.h"

/* Opens the serial port, as serial_port_open() does, and the debug console. */
void log_open(const struct serial_wish *wish, const struct boot_info *info,
              struct serial_setting spcr);

/* For a panic before log_open(): opens what is found without a wish. */
void log_ensure(void);

/* Ends the line that someone else may have begun on the serial port. */
void log_new_line(void);

/* Writes to the log, for code that is given a struct line. */
extern struct line log_line;

/* Begins a line in log_line; it is the caller's until line_end(). */
struct line *log_begin(const char *tag);

/* Waits, no longer than the port's bound, until all was sent. */
void log_flush(void);

#endif
