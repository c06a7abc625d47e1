/* Converts the firmware's SPCR table to the setting of a serial port (Microsoft, "Serial Port
 * Console Redirection Table (SPCR)", and "Debug Port Table 2 (DBG2)" for the interface types).
 * Pure. */
#ifndef KERNEL_SERIAL_SPCR_H
#define KERNEL_SERIAL_SPCR_H

#include "kernel/acpi/spcr.h"
#include "kernel/serial/serial.h"

/* Returns the setting of the port. Its address is 0 if redirection is disabled, the port is not a
 * 16550, or the kernel cannot reach its address. */
struct serial_setting serial_from_spcr(const struct acpi_spcr *spcr);

#endif
