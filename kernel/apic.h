/* The local APIC, silenced (SDM Vol 3A, chapter 10). */
#ifndef KERNEL_APIC_H
#define KERNEL_APIC_H

#include <stdbool.h>
#include <stdint.h>

/* Software-disables this processor's local APIC: a timer or a device that the firmware left armed
 * would otherwise be an interrupt in the middle of a guest. After paging_switch(). */
void apic_disable(void);

/* Whether there is one, and the firmware has not turned it off. */
bool apic_is_there(void);

/* Ends the interrupt before this one, and makes it request an interrupt of this processor; comes
 * back when it waits for being accepted, or should have long since. Enables it until
 * apic_disable(). */
void apic_interrupt_self(uint8_t vector);

#endif
