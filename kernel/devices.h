/* Maps and reports the devices that the kernel itself uses. */
#ifndef KERNEL_DEVICES_H
#define KERNEL_DEVICES_H

#include "kernel/acpi/acpi.h"

/* Prints a line for the serial port and one for the screen, for readers who see only one of the
 * two. */
void devices_report(void);

/* Maps the serial port, the screen and the registers that, according to acpi, power the machine off
 * or reset it. Call it after paging_build() and before paging_switch(), so that lines can be
 * printed at any time. Closes a screen that cannot be mapped. */
void devices_map(const struct acpi *acpi);

/* Starts to use the mapped devices above BOOT_MAPPED_END. Call it after paging_switch(). */
void devices_mapped(void);

#endif
