/* The kernel's log. */
#include "kernel/log.h"

#include "kernel/cpu.h"
#include "kernel/emulator.h"
#include "kernel/pci_config.h"

#define BOOT_MAPPED (UINT64_C(4) << 30) /* boot/start.asm */

static struct serial port;
static struct serial_found found;
static const struct boot_info *boot; /* for what may be memory */
static bool opened;
static bool console;
static struct screen screen;

/* Registers in memory are accessed in their whole width: some devices ignore anything else. */
static uint8_t read_register(const struct serial_setting *at, unsigned reg)
{
    const uint64_t address = at->address + (uint64_t)reg * at->stride;
    if (at->space == SERIAL_PORTS)
        return in8((uint16_t)address);
    switch (at->width) {
    case 4:
        return (uint8_t) * (volatile uint32_t *)address;
    case 2:
        return (uint8_t) * (volatile uint16_t *)address;
    default:
        return *(volatile uint8_t *)address;
    }
}

static void write_register(const struct serial_setting *at, unsigned reg, uint8_t value)
{
    const uint64_t address = at->address + (uint64_t)reg * at->stride;
    if (at->space == SERIAL_PORTS) {
        out8((uint16_t)address, value);
        return;
    }
    switch (at->width) {
    case 4:
        *(volatile uint32_t *)address = value;
        break;
    case 2:
        *(volatile uint16_t *)address = value;
        break;
    default:
        *(volatile uint8_t *)address = value;
        break;
    }
}

static const struct serial_io registers = {read_register, write_register};
static const struct pci_io configuration = {pci_config_read, pci_config_write};

static void put(struct out *out, char c)
{
    (void)out;
    serial_put(&port, (uint8_t)c);
    if (console)
        emulator_console_put(c);
    screen_put(&screen, c);
}

static struct out sink = {put};
struct line log_line = {.out = &sink};

static bool may_be_memory(uint64_t address, uint64_t size)
{
    return boot == NULL || boot_may_be_memory(boot, address, size);
}

void log_open(const struct serial_wish *wish, const struct boot_info *info,
              struct serial_setting spcr)
{
    const struct serial_machine machine = {&registers, &configuration, may_be_memory, spcr};
    boot = info;
    found = serial_find(&port, &machine, wish);
    console = emulator_has_console();
    opened = true;
}

/* The blinking cursor would stay where the loader left it: in the text. Bit 5 of the cursor start
 * register of the VGA's CRT controller puts it out. */
static void hide_cursor(void)
{
    enum { CRT_INDEX = 0x3d4, CRT_DATA = 0x3d5, CURSOR_START = 0x0a, CURSOR_OFF = 0x20 };
    out8(CRT_INDEX, CURSOR_START);
    out8(CRT_DATA, CURSOR_OFF);
}

void log_open_screen(const struct boot_framebuffer *framebuffer)
{
    screen_open(&screen, framebuffer);
    if (framebuffer->kind == BOOT_FRAMEBUFFER_TEXT)
        hide_cursor();
    if (framebuffer->address + boot_framebuffer_size(framebuffer) <= BOOT_MAPPED)
        screen_show(&screen);
}

void log_show_screen(void)
{
    screen_show(&screen);
}

void log_close_screen(void)
{
    screen.rows = 0;
}

const struct screen *log_screen(void)
{
    return &screen;
}

void log_ensure(void)
{
    const struct serial_wish automatic = {.kind = SERIAL_AUTO};
    if (!opened)
        log_open(&automatic, NULL, (struct serial_setting){0});
}

const struct serial_setting *log_port(struct serial_found *how)
{
    *how = found;
    return found.source != NULL ? &port.at : NULL;
}

void log_new_line(void)
{
    serial_put(&port, '\r');
    serial_put(&port, '\n');
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
