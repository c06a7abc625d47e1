/* Parsing what the loader and the firmware give, and opening the log. */
#include "kernel/handover.h"

#include "kernel/acpi/memory.h"
#include "kernel/acpi/report.h"
#include "kernel/devices.h"
#include "kernel/display.h"
#include "kernel/log.h"
#include "kernel/power.h"
#include "kernel/result.h"
#include "kernel/serial/spcr.h"
#include "kernel/serial_port.h"
#include "lib/fmt.h"

/* The most bytes of boot information. A larger size is an error. */
enum { BOOT_INFO_LIMIT = 1 << 20 };

static void print_boot(const struct boot_info *boot)
{
    if (boot->efi) /* the console of UEFI may use the same port */
        log_new_line();
    struct line *line = log_begin("boot");
    line_name(line, "trapline", TRAPLINE_VERSION);
    line_text(line, "loader", "%s", boot->loader);
    line_name(line, "firmware", boot->efi ? "uefi" : "bios");
    line_text(line, "cmdline", "%s", boot->command_line);
    line_end(line);
}

static void parse(const void *info, struct boot_info *boot)
{
    enum multiboot2_status status = multiboot2_parse(info, BOOT_INFO_LIMIT, boot);
    if (status == MULTIBOOT2_OK)
        return;
    log_ensure();
    boot->command_line = "";
    boot->loader = "unknown";
    print_boot(boot);
    finish(RESULT_UNSUPPORTED, "boot information at 0x%llx: %s; boot with GRUB 2's multiboot2",
           (unsigned long long)(uintptr_t)info, multiboot2_status_text(status));
}

/* Parses and copies the firmware's tables now: later page tables do not map them. */
static void take_acpi(struct boot_info *boot, struct acpi *acpi)
{
    const struct acpi_reader reader = {acpi_memory_read, boot};
    acpi_parse(boot->rsdp, boot->rsdp_size, &reader, acpi);
    power_use(acpi, boot);
}

static void open_log(const struct handover *handover)
{
    const struct acpi *acpi = &handover->acpi;
    const struct options *options = &handover->options;
    if (options->screen == SCREEN_ON)
        display_open(&handover->boot.framebuffer);
    log_open(&options->serial, &handover->boot,
             acpi->spcr_index != ACPI_NO_TABLE ? serial_from_spcr(&acpi->spcr)
                                               : (struct serial_setting){0});
}

void handover_take(const void *info, const char *guests, struct handover *handover)
{
    struct boot_info *boot = &handover->boot;
    parse(info, boot);
    handover->options_good =
        options_parse(boot->command_line, guests, &handover->options, &handover->error);
    result_end_with((enum end_action)handover->options.end);
    take_acpi(boot, &handover->acpi);
    open_log(handover);
    print_boot(boot);
    devices_report();
    const struct power_machine machine = power_machine();
    acpi_report(&handover->acpi, &machine, &log_line);
}

static bool check_serial(const struct serial_wish *wish, struct out *why)
{
    const struct serial_found *found = serial_port_found();
    if (wish->kind != SERIAL_AT || found->in_memory != wish->at.address)
        return true;
    fmt_print(why,
              "serial=mem:0x%llx: expected the registers of a UART, but memory may be there: the "
              "address is below 1 MiB, or RAM in the loader's memory map; use another address",
              (unsigned long long)found->in_memory);
    return false;
}

bool handover_check(const struct handover *handover, struct out *why)
{
    if (handover->options_good)
        return check_serial(&handover->options.serial, why);
    options_explain(&handover->error, why);
    return false;
}
