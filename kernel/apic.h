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

/* Makes it, enabled from then on, request an interrupt of this processor; comes back when that
 * waits to be accepted, or should have long since. After each that was accepted:
 * apic_end_interrupt(). */
void apic_interrupt_self(uint8_t vector);
void apic_end_interrupt(void);

/* Touches the same registers, but for one that requests nothing. */
void apic_rehearse_interrupt(uint8_t vector);

#endif
