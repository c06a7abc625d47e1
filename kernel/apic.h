/* Silences and uses the local APIC (SDM Vol 3A, chapter 10). */
#ifndef KERNEL_APIC_H
#define KERNEL_APIC_H

#include <stdbool.h>
#include <stdint.h>

/* Software-disables this processor's local APIC, so that no timer or device that the firmware left
 * armed interrupts a guest. Call it after paging_switch(). */
void apic_disable(void);

/* Returns true if there is a local APIC that the firmware has not turned off. */
bool apic_is_there(void);

/* Enables the local APIC and makes it interrupt this processor. Returns when the interrupt waits to
 * be accepted, or after a bounded wait. Call apic_end_interrupt() after each accepted interrupt. */
void apic_interrupt_self(uint8_t vector);
void apic_end_interrupt(void);

/* Makes the same accesses as apic_interrupt_self(), but requests no interrupt. A benchmark
 * subtracts the time that they take. */
void apic_rehearse_interrupt(uint8_t vector);

#endif
