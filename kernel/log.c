/* The kernel's log. */
#include "kernel/log.h"

#include "kernel/cpu.h"
#include "kernel/emulator.h"

static const struct serial_io ports = {in8, out8};
static struct serial port;
static bool opened;
static bool console;

static void put(struct out *out, char c)
{
    (void)out;
    serial_put(&port, (uint8_t)c);
    if (console)
        emulator_console_put(c);
}

static struct out sink = {put};
struct line log_line = {.out = &sink};

void log_open(struct serial_setting setting)
{
    serial_open(&port, &ports, setting);
    console = emulator_has_console();
    opened = true;
}

void log_ensure(void)
{
    if (!opened)
        log_open(serial_default);
}

void log_new_line(void)
{
    sink.put(&sink, '\r');
    sink.put(&sink, '\n');
}

struct line *log_begin(const char *tag)
{
    line_begin(&log_line, tag);
    return &log_line;
}

void log_flush(void)
{
    serial_flush(&port);
}
