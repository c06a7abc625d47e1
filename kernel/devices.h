/* The devices that the kernel itself uses: what they are, and a place for their registers and
 * memory in its page tables. */
#ifndef KERNEL_DEVICES_H
#define KERNEL_DEVICES_H

#include "kernel/acpi/acpi.h"

/* A line for the serial port and one for the screen, for those who see only one of them. */
void devices_report(void);

/* Maps the serial port, the screen, and the registers that end the machine as acpi says. Comes
 * after paging_build() and before paging_switch(), so that a line can be written at any moment. A
 * framebuffer that cannot be mapped stays as it is from then on. */
void devices_map(const struct acpi *acpi);

/* Comes after paging_switch(): those above BOOT_MAPPED_END are used, too. */
void devices_mapped(void);

#endif
