/* The serial port of this machine: opens it and reaches its registers. */
#ifndef KERNEL_SERIAL_PORT_H
#define KERNEL_SERIAL_PORT_H

#include "boot/multiboot2.h"
#include "kernel/serial/find.h"

/* Before serial_port_open(), and if there is no port, it sends nothing. */
extern struct serial serial_port;

/* Finds the port that wish asks for and opens it. info: the memory map; NULL: treat every address
 * as memory. spcr: the port that the firmware names; its address is 0 if it names none. */
void serial_port_open(const struct serial_wish *wish, const struct boot_info *info,
                      struct serial_setting spcr);

/* Returns how serial_port_open() found the port. */
const struct serial_found *serial_port_found(void);

#endif
