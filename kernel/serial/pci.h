/* The PCI devices' serial ports: cards, and the serial-over-LAN of Intel AMT (PCI Local Bus
 * Specification 3.0, §6.1, §6.2.5; class 07H, subclass 00H). Pure over the configuration space. */
#ifndef KERNEL_SERIAL_PCI_H
#define KERNEL_SERIAL_PCI_H

#include <stdint.h>

#include "kernel/serial/serial.h"

/* Configuration space, by configuration mechanism #1: address is the value for port CF8H, with the
 * register a multiple of 4. */
struct pci_io {
    uint32_t (*read)(uint32_t address);
    void (*write)(uint32_t address, uint32_t value);
};

enum { PCI_SERIAL_MAX = 32 };

/* Finds the serial ports of all devices on all buses, in their order, and makes the devices answer
 * at their addresses. A stride of 0 says that it is not known. Returns how many there are in at[],
 * never more than PCI_SERIAL_MAX; the baud rates are 0. */
unsigned pci_serial_ports(const struct pci_io *io, struct serial_setting at[PCI_SERIAL_MAX]);

#endif
