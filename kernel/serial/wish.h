/* The word serial= of the command line: which serial port is wished for. Pure. */
#ifndef KERNEL_SERIAL_WISH_H
#define KERNEL_SERIAL_WISH_H

#include <stdbool.h>

#include "kernel/serial/serial.h"
#include "lib/text.h"

enum serial_kind {
    SERIAL_AUTO, /* what the firmware names in SPCR, else COM1 to COM4, else a PCI device */
    SERIAL_NONE,
    SERIAL_AT,   /* where `at` says */
    SERIAL_SPCR, /* what the firmware names in SPCR */
    SERIAL_PCI,  /* the port `index` of those that PCI devices have */
};

struct serial_wish {
    enum serial_kind kind;
    struct serial_setting at;
    bool any_index; /* the first that works */
    unsigned index;
    uint32_t baud; /* 0: what SPCR says, else 115200 */
};

#define SERIAL_WISH_EXPECTED                                                                       \
    "auto, none, spcr, com1 to com4, pci, pci<number>, <port> or mem:<address>[/<stride>]; but "   \
    "for none with [,<baud>], a divisor of 115200 from 300 up"

bool serial_wish_parse(struct text value, struct serial_wish *wish);

/* The I/O port of COM1 to COM4, counted from 0. */
enum { SERIAL_COMS = 4 };
extern const uint16_t serial_com[SERIAL_COMS];

#endif
