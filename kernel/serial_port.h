/* The serial port of this machine: how its registers are reached, and which port it is. */
#ifndef KERNEL_SERIAL_PORT_H
#define KERNEL_SERIAL_PORT_H

#include "boot/multiboot2.h"
#include "kernel/serial/find.h"

/* Sends nothing before it is opened, nor where there is no port. */
extern struct serial serial_port;

/* Looks for the port that is wished for and opens it. info: what has the memory map; NULL: all
 * addresses may be memory. spcr: the port that the firmware names, its address 0 where it names
 * none. */
void serial_port_open(const struct serial_wish *wish, const struct boot_info *info,
                      struct serial_setting spcr);

/* How it was found. */
const struct serial_found *serial_port_found(void);

#endif
