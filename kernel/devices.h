/* The devices that the log is written to: what they are, and a place for them in the kernel's page
 * tables. */
#ifndef KERNEL_DEVICES_H
#define KERNEL_DEVICES_H

/* A line for the serial port and one for the screen, for those who see only one of them. */
void devices_report(void);

/* Maps their memory in the kernel's page tables, after paging_build() and before paging_switch():
 * there is no moment at which a line could not be written. A framebuffer that cannot be mapped
 * stays as it is from then on. */
void devices_map(void);

#endif
