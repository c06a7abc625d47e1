/* From the wish for a serial port to the port: candidates are tried in turn, and the first that is
 * there and works is taken. Pure over the ways to reach registers and configuration space. */
#ifndef KERNEL_SERIAL_FIND_H
#define KERNEL_SERIAL_FIND_H

#include "kernel/serial/pci.h"
#include "kernel/serial/serial.h"
#include "kernel/serial/wish.h"

/* The machine, as far as it matters here. */
struct serial_machine {
    const struct serial_io *io;
    const struct pci_io *pci;
    bool (*may_be_memory)(uint64_t address, uint64_t size);
    struct serial_setting spcr; /* address 0 where the firmware names no port of a known kind */
};

struct serial_found {
    const char *source; /* "com1" to "com4", "spcr", "pci" or "cmdline"; NULL: there is no port */
    uint64_t in_memory; /* the first address of registers that was left alone, since memory may be
                           there; 0: none was */
};

/* Opens *serial. Where the address that was wished for may be memory, whatever is there else. */
struct serial_found serial_find(struct serial *serial, const struct serial_machine *machine,
                                const struct serial_wish *wish);

#endif
