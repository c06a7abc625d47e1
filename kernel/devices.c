/* The serial port and the screen. */
#include "kernel/devices.h"

#include "kernel/log.h"
#include "kernel/memory.h"
#include "kernel/paging.h"

static void report_serial(void)
{
    struct serial_found found;
    const struct serial_setting *at = log_port(&found);
    struct line *line = log_begin("serial");
    line_name(line, "source", at != NULL ? found.source : "none");
    if (at != NULL) {
        line_name(line, "space", at->space == SERIAL_PORTS ? "io" : "memory");
        line_hex(line, "address", at->address);
        line_decimal(line, "stride", at->stride);
        line_decimal(line, "baud", at->baud);
    }
    if (found.in_memory != 0)
        line_hex(line, "in_memory", found.in_memory);
    line_end(line);
}

static void report_screen(void)
{
    static const char *const kinds[] = {[BOOT_FRAMEBUFFER_NONE] = "none",
                                        [BOOT_FRAMEBUFFER_RGB] = "framebuffer",
                                        [BOOT_FRAMEBUFFER_TEXT] = "text"};
    const struct screen *screen = log_screen();
    struct line *line = log_begin("screen");
    line_name(line, "kind", kinds[screen->at.kind]);
    if (screen->at.kind != BOOT_FRAMEBUFFER_NONE) {
        line_hex(line, "address", screen->at.address);
        line_decimal(line, "width", screen->at.width);
        line_decimal(line, "height", screen->at.height);
        line_decimal(line, "columns", screen->columns);
        line_decimal(line, "rows", screen->rows);
    }
    line_end(line);
}

void devices_report(void)
{
    report_serial();
    report_screen();
}

static void map_serial(void)
{
    struct serial_found found;
    const struct serial_setting *at = log_port(&found);
    if (at != NULL && at->space == SERIAL_MEMORY) {
        paging_map_device(at->address);
        paging_map_device(at->address + (uint64_t)SERIAL_REGISTERS * at->stride - 1);
    }
}

static void map_screen(void)
{
    const struct screen *screen = log_screen();
    const uint64_t size = boot_framebuffer_size(&screen->at);
    if (screen->rows != 0 && (screen->at.address + size > MEMORY_END ||
                              !paging_map_framebuffer(screen->at.address, size)))
        log_close_screen();
}

void devices_map(void)
{
    map_serial();
    map_screen();
}
