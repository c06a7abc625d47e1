/* The kernel's log. It goes to the serial port, to an emulator's debug console if there is one, and
 * to the screen (kernel/display.h). docs/serial.md is the contract of its lines. */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include "boot/multiboot2.h"
#include "kernel/serial/find.h"
#include "lib/line.h"

/* Opens the serial port (see serial_port_open()) and the debug console. */
void log_open(const struct serial_wish *wish, const struct boot_info *info,
              struct serial_setting spcr);

/* Opens the log, if it is not open yet, on the first serial port found: for a panic before
 * log_open(). */
void log_ensure(void);

/* Ends a line of text that the firmware may have begun on the serial port. */
void log_new_line(void);

/* The log as a struct line, for code that takes one. */
extern struct line log_line;

/* Begins a line of the log and returns it. The caller adds pairs and calls line_end(). */
struct line *log_begin(const char *tag);

/* Waits until everything is sent, for a bounded time. */
void log_flush(void);

#endif
