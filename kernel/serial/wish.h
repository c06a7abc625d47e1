/* Parses the option serial=, which chooses a serial port. Pure. */
#ifndef KERNEL_SERIAL_WISH_H
#define KERNEL_SERIAL_WISH_H

#include <stdbool.h>

#include "kernel/serial/serial.h"
#include "lib/text.h"

enum serial_kind {
    SERIAL_AUTO, /* the first that works: SPCR, COM1 to COM4, PCI devices */
    SERIAL_NONE, /* no serial port */
    SERIAL_AT,   /* the port at `at` */
    SERIAL_SPCR, /* the port from the firmware's SPCR table */
    SERIAL_PCI,  /* number `index` of the ports of PCI devices, or the first that works */
};

/* The requested serial port. */
struct serial_wish {
    enum serial_kind kind;
    struct serial_setting at;
    bool any_index; /* SERIAL_PCI: take the first port that works */
    unsigned index; /* SERIAL_PCI: number of the port, unless any_index */
    uint32_t baud;  /* 0: not given; use the rate from SPCR, or else 115200 */
};

/* The accepted values, for messages and documentation. */
#define SERIAL_WISH_EXPECTED                                                                       \
    "auto, none, spcr, com1 to com4, pci, pci<number>, <port> or mem:<address>[/<stride>]; all "   \
    "but none may be followed by ,<baud>, a divisor of 115200 that is at least 300"

/* Parses the value of serial=. Returns false and leaves *wish unchanged if the value is invalid. */
bool serial_wish_parse(struct text value, struct serial_wish *wish);

/* The I/O ports of COM1 to COM4, at index 0 to 3. */
enum { SERIAL_COMS = 4 };
extern const uint16_t serial_com[SERIAL_COMS];

#endif
