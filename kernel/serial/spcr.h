/* The serial port that the firmware's table SPCR names (Microsoft, "Serial Port Console Redirection
 * Table (SPCR)", and "Debug Port Table 2 (DBG2)" for the kinds of ports). Pure. */
#ifndef KERNEL_SERIAL_SPCR_H
#define KERNEL_SERIAL_SPCR_H

#include "kernel/acpi/spcr.h"
#include "kernel/serial/serial.h"

/* Its address is 0 where redirection is off, the port is no 16550, or it is out of reach. */
struct serial_setting serial_from_spcr(const struct acpi_spcr *spcr);

#endif
