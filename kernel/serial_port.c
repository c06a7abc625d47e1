/* Access to the registers of serial ports. */
#include "kernel/serial_port.h"

#include "kernel/cpu.h"
#include "kernel/pci_config.h"

struct serial serial_port;

static struct serial_found found;
static const struct boot_info *boot; /* the memory map */

/* Accesses registers in memory in their full width: some devices ignore narrower accesses. */
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

static bool may_be_memory(uint64_t address, uint64_t size)
{
    return boot == NULL || boot_may_be_memory(boot, address, size);
}

void serial_port_open(const struct serial_wish *wish, const struct boot_info *info,
                      struct serial_setting spcr)
{
    static const struct serial_io registers = {read_register, write_register};
    static const struct pci_io configuration = {pci_config_read, pci_config_write};
    const struct serial_machine machine = {&registers, &configuration, may_be_memory, spcr};
    boot = info;
    found = serial_find(&serial_port, &machine, wish);
}

const struct serial_found *serial_port_found(void)
{
    return &found;
}
