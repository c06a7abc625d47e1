/* Accesses PCI configuration space by configuration mechanism #1 (PCI Local Bus Specification 3.0,
 * §3.2.2.3.2). An address is a value for port CF8H: bit 31, bus, device, function, register. */
#ifndef KERNEL_PCI_CONFIG_H
#define KERNEL_PCI_CONFIG_H

#include <stdint.h>

#include "kernel/cpu.h"

enum { PCI_CONFIG_ADDRESS = 0xcf8, PCI_CONFIG_DATA = 0xcfc };

/* Reads four bytes at a register number that is a multiple of 4. */
static inline uint32_t pci_config_read(uint32_t address)
{
    out32(PCI_CONFIG_ADDRESS, address);
    return in32(PCI_CONFIG_DATA);
}

static inline void pci_config_write(uint32_t address, uint32_t value)
{
    out32(PCI_CONFIG_ADDRESS, address);
    out32(PCI_CONFIG_DATA, value);
}

/* Writes one byte at any register number. */
static inline void pci_config_write_byte(uint32_t address, uint8_t value)
{
    out32(PCI_CONFIG_ADDRESS, address & ~UINT32_C(3));
    out8((uint16_t)(PCI_CONFIG_DATA + (address & 3)), value);
}

#endif
