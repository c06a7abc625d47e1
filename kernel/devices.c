/* Mapping and reporting serial port, screen, and the registers that kernel/power.c uses. */
#include "kernel/devices.h"

#include "kernel/acpi/power_plan.h"
#include "kernel/display.h"
#include "kernel/log.h"
#include "kernel/memory.h"
#include "kernel/paging.h"
#include "kernel/power.h"
#include "kernel/serial_port.h"

static void report_serial(void)
{
    const struct serial_found *found = serial_port_found();
    const struct serial_setting *at = &serial_port.at;
    struct line *line = log_begin("serial");
    line_name(line, "source", found->source != NULL ? found->source : "none");
    if (found->source != NULL) {
        line_name(line, "space", at->space == SERIAL_PORTS ? "io" : "memory");
        line_hex(line, "address", at->address);
        line_decimal(line, "stride", at->stride);
        line_decimal(line, "baud", at->baud);
    }
    if (found->in_memory != 0)
        line_hex(line, "in_memory", found->in_memory);
    line_end(line);
}

static void report_screen(void)
{
    static const char *const kinds[] = {[BOOT_FRAMEBUFFER_NONE] = "none",
                                        [BOOT_FRAMEBUFFER_RGB] = "framebuffer",
                                        [BOOT_FRAMEBUFFER_TEXT] = "text"};
    struct line *line = log_begin("screen");
    line_name(line, "kind", kinds[display.at.kind]);
    if (display.at.kind != BOOT_FRAMEBUFFER_NONE) {
        line_hex(line, "address", display.at.address);
        line_decimal(line, "width", display.at.width);
        line_decimal(line, "height", display.at.height);
        line_decimal(line, "columns", display.columns);
        line_decimal(line, "rows", display.rows);
    }
    line_end(line);
}

void devices_report(void)
{
    report_serial();
    report_screen();
}

static void map_registers(const struct power_step *steps, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (steps[i].space == ACPI_SPACE_MEMORY)
            paging_map_device(steps[i].address);
    }
}

static void map_power(const struct acpi *acpi)
{
    struct power_step steps[POWER_STEPS_MAX];
    const struct power_machine machine = power_machine();
    unsigned count = power_plan_off(acpi, &machine, steps);
    map_registers(steps, count);
    count = power_plan_reset(acpi, &machine, steps);
    map_registers(steps, count);
}

static void map_serial(void)
{
    const struct serial_setting *at = &serial_port.at;
    if (serial_port_found()->source != NULL && at->space == SERIAL_MEMORY) {
        paging_map_device(at->address);
        paging_map_device(at->address + (uint64_t)SERIAL_REGISTERS * at->stride - 1);
    }
}

static void map_screen(void)
{
    const uint64_t size = boot_framebuffer_size(&display.at);
    if (display.rows != 0 && (display.at.address + size > MEMORY_END ||
                              !paging_map_framebuffer(display.at.address, size)))
        screen_close(&display);
}

void devices_map(const struct acpi *acpi)
{
    map_power(acpi);
    map_serial();
    map_screen();
}

void devices_mapped(void)
{
    power_registers_mapped();
    screen_show(&display);
}
