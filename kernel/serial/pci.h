/* Finds the serial ports of PCI devices: serial cards and the serial-over-LAN port of Intel AMT
 * (PCI Local Bus Specification 3.0, §6.1, §6.2.5; class 07H, subclass 00H). Pure: accesses
 * configuration space only through struct pci_io. */
#ifndef KERNEL_SERIAL_PCI_H
#define KERNEL_SERIAL_PCI_H

#include <stdint.h>

#include "kernel/serial/serial.h"

/* Access to configuration space through configuration mechanism #1. address is the value for port
 * CF8H; the register number is a multiple of 4. */
struct pci_io {
    uint32_t (*read)(uint32_t address);
    void (*write)(uint32_t address, uint32_t value);
};

enum { PCI_SERIAL_MAX = 32 };

/* Finds the serial ports of all devices on all buses, in the order of bus, device, function and
 * BAR, and enables address decoding in the devices. Returns the number of ports in at[], at most
 * PCI_SERIAL_MAX. A stride of 0 means that it is unknown; all baud rates are 0. */
unsigned pci_serial_ports(const struct pci_io *io, struct serial_setting at[PCI_SERIAL_MAX]);

#endif
