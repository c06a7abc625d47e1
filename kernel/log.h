/* The kernel's log: lines of the serial contract to every place that was opened for it. */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include "kernel/serial.h"
#include "lib/line.h"

/* Opens the log: the serial port that setting names, and an emulator's debug console where there
 * is one. */
void log_open(struct serial_setting setting);

/* For a panic before log_open(): opens the default port. */
void log_ensure(void);

/* Ends the line that someone else may have begun on the same port. */
void log_new_line(void);

/* Writes to the log, for code that is given a struct line. */
extern struct line log_line;

/* Begins a line in log_line; it is the caller's until line_end(). */
struct line *log_begin(const char *tag);

/* Waits, no longer than the port's bound, until all was sent. */
void log_flush(void);

#endif
