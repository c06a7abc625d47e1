/* Carrying out halt, reboot, power off, or an emulator's exit. */
#include "kernel/power.h"

#include "boot/start.h"
#include "kernel/cpu.h"
#include "kernel/emulator.h"
#include "kernel/memory.h"
#include "kernel/pci_config.h"
#include "lib/address.h"
#include "lib/bits.h"
#include "lib/x86.h"

enum {
    PORT_KEYBOARD = 0x64,
    KEYBOARD_INPUT_FULL = 0x02,
    KEYBOARD_PULSE_RESET = 0xfe,
    PORT_RESET = 0xcf9, /* reset control register of Intel chip sets */
    RESET_PREPARE = 0x02,
    RESET_FULL = 0x06,
    POLLS = 100000,
    ACPI_POLLS = 3000000, /* about a microsecond each, because firmware may take seconds */
};

#define PCI_ENABLE BIT(31)

static const struct acpi *tables;
static const struct boot_info *boot;

/* Registers in memory are mapped below this address. */
static uint64_t memory_end = BOOT_MAPPED_END;

void power_use(const struct acpi *acpi, const struct boot_info *info)
{
    tables = acpi;
    boot = info;
}

/* Returns the end of the addresses that the processor has and the kernel's page tables can map. */
static uint64_t addresses_end(void)
{
    const uint64_t end = UINT64_C(1) << (cpuid(CPUID_LEAF_ADDRESS_WIDTHS, 0).eax & 0xff);
    return end < MEMORY_END ? end : MEMORY_END;
}

/* Assumes ACPI mode until a register says otherwise. */
static struct power_machine machine_below(uint64_t end)
{
    return (struct power_machine){.acpi_mode = true, .memory_end = end, .boot = boot};
}

struct power_machine power_machine(void)
{
    return machine_below(addresses_end());
}

void power_registers_mapped(void)
{
    memory_end = addresses_end();
}

/* Converts a generic address in PCI configuration space, always on bus 0, to one for port CF8H
 * (ACPI §5.2.3.2). */
static uint32_t pci_address(uint64_t address)
{
    return (uint32_t)(PCI_ENABLE | bits_get(address, 36, 32) << 11 |
                      bits_get(address, 18, 16) << 8 | bits_get(address, 7, 0));
}

static uint16_t read_step(const struct power_step *step)
{
    const uint16_t port = (uint16_t)step->address;
    if (step->space == ACPI_SPACE_IO)
        return step->width == 1 ? in8(port) : in16(port);
    if (step->width == 1)
        return *(volatile const uint8_t *)step->address;
    return *(volatile const uint16_t *)step->address;
}

static void write_step(const struct power_step *step, uint16_t value)
{
    const uint16_t port = (uint16_t)step->address;
    switch (step->space) {
    case ACPI_SPACE_IO:
        if (step->width == 1)
            out8(port, (uint8_t)value);
        else
            out16(port, value);
        break;
    case ACPI_SPACE_PCI: /* always one byte */
        pci_config_write_byte(pci_address(step->address), (uint8_t)value);
        break;
    default:
        if (step->width == 1)
            *(volatile uint8_t *)step->address = (uint8_t)value;
        else
            *(volatile uint16_t *)step->address = value;
        break;
    }
}

static bool is_set(const struct power_step *step)
{
    return (read_step(step) & step->value) == step->value;
}

static void wait_for(const struct power_step *step)
{
    for (unsigned i = 0; i < ACPI_POLLS && !is_set(step); i++)
        pause();
}

static void wait_a_while(void)
{
    for (unsigned i = 0; i < POLLS; i++)
        (void)in8(PORT_KEYBOARD);
}

/* Carries out the steps of a plan, and gives the machine time to obey. */
static void carry_out(const struct power_step *steps, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (steps[i].action == POWER_AWAIT) {
            wait_for(&steps[i]);
        } else if (steps[i].keep == 0) {
            write_step(&steps[i], steps[i].value);
        } else {
            write_step(&steps[i],
                       (uint16_t)((read_step(&steps[i]) & steps[i].keep) | steps[i].value));
        }
    }
    if (count > 0)
        wait_a_while();
}

static void acpi_poweroff(void)
{
    struct power_step mode, steps[POWER_STEPS_MAX];
    struct power_machine machine = machine_below(memory_end);
    if (tables == NULL)
        return;
    if (power_plan_mode(tables, &machine, &mode))
        machine.acpi_mode = is_set(&mode);
    const unsigned count = power_plan_off(tables, &machine, steps);
    carry_out(steps, count);
}

static void acpi_reset(void)
{
    struct power_step steps[POWER_STEPS_MAX];
    const struct power_machine machine = machine_below(memory_end);
    if (tables == NULL)
        return;
    const unsigned count = power_plan_reset(tables, &machine, steps);
    carry_out(steps, count);
}

/* Tries each way in turn. The last one is a triple fault, which every processor obeys. */
static _Noreturn void reboot(void)
{
    acpi_reset();
    for (unsigned i = 0; i < POLLS && (in8(PORT_KEYBOARD) & KEYBOARD_INPUT_FULL); i++)
        pause();
    out8(PORT_KEYBOARD, KEYBOARD_PULSE_RESET);
    for (unsigned i = 0; i < POLLS; i++)
        pause();
    out8(PORT_RESET, RESET_PREPARE);
    out8(PORT_RESET, RESET_FULL);
    for (unsigned i = 0; i < POLLS; i++)
        pause();
    load_idtr((struct table_register){0});
    __asm__ volatile("int3");
    halt();
}

void power_end(enum end_action action, uint32_t code)
{
    switch (action) {
    case END_DEFAULT:
    case END_DEBUGEXIT:
        emulator_exit(code);
        break;
    case END_REBOOT:
        reboot();
    case END_POWEROFF:
        acpi_poweroff();
        emulator_poweroff();
        break;
    case END_HALT:
        break;
    }
    halt();
}
