/* Finds the serial port that the command line asks for: tries the candidates in order and opens the
 * first one that works. Pure: accesses registers and PCI configuration space only through struct
 * serial_machine. */
#ifndef KERNEL_SERIAL_FIND_H
#define KERNEL_SERIAL_FIND_H

#include "kernel/serial/pci.h"
#include "kernel/serial/serial.h"
#include "kernel/serial/wish.h"

/* The search's access to the machine. */
struct serial_machine {
    const struct serial_io *io;
    const struct pci_io *pci;
    bool (*may_be_memory)(uint64_t address, uint64_t size); /* true if RAM may be there */
    struct serial_setting spcr; /* address 0 if SPCR gives no supported port */
};

struct serial_found {
    const char *source; /* "com1" to "com4", "spcr", "pci" or "cmdline"; NULL: there is no port */
    uint64_t in_memory; /* first address that was skipped because RAM may be there; 0: none */
};

/* Opens *serial according to `wish`. If RAM may be at the requested address, opens any other port
 * that works. */
struct serial_found serial_find(struct serial *serial, const struct serial_machine *machine,
                                const struct serial_wish *wish);

#endif
