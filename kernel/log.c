/* Writing each character to serial port, debug console and screen. */
#include "kernel/log.h"

#include "kernel/display.h"
#include "kernel/emulator.h"
#include "kernel/serial_port.h"

static bool opened;
static bool console;

static void put(struct out *out, char c)
{
    (void)out;
    serial_put(&serial_port, (uint8_t)c);
    if (console)
        emulator_console_put(c);
    screen_put(&display, c);
}

static struct out sink = {put};
struct line log_line = {.out = &sink};

void log_open(const struct serial_wish *wish, const struct boot_info *info,
              struct serial_setting spcr)
{
    serial_port_open(wish, info, spcr);
    console = emulator_has_console();
    opened = true;
}

void log_ensure(void)
{
    const struct serial_wish automatic = {.kind = SERIAL_AUTO};
    if (!opened)
        log_open(&automatic, NULL, (struct serial_setting){0});
}

void log_new_line(void)
{
    serial_put(&serial_port, '\r');
    serial_put(&serial_port, '\n');
}

struct line *log_begin(const char *tag)
{
    line_begin(&log_line, tag);
    return &log_line;
}

void log_flush(void)
{
    serial_flush(&serial_port);
}
