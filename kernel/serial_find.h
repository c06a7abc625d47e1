/* From the wish for a serial port to the port: candidates are tried in turn, and the first that is
 * there and works is taken. Pure over the ways to reach registers and configuration space. */
#ifndef KERNEL_SERIAL_FIND_H
#define KERNEL_SERIAL_FIND_H

#include "kernel/pci.h"
#include "kernel/serial.h"
#include "kernel/serial_wish.h"

/* The machine, as far as it matters here. */
struct serial_machine {
    const struct serial_io *io;
    const struct pci_io *pci;
    struct serial_setting spcr; /* address 0 where the firmware names no port of a known kind */
};

/* Opens *serial. Returns where the port was found: "com1" to "com4", "spcr", "pci" or "cmdline";
 * NULL where none that is wished for is there. */
const char *serial_find(struct serial *serial, const struct serial_machine *machine,
                        const struct serial_wish *wish);

#endif
