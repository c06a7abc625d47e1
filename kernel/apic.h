/* The local APIC, silenced (SDM Vol 3A, chapter 10). */
#ifndef KERNEL_APIC_H
#define KERNEL_APIC_H

/* Software-disables this processor's local APIC: a timer or a device that the firmware left armed
 * would otherwise be an interrupt in the middle of a guest. After paging_switch(). */
void apic_disable(void);

#endif
