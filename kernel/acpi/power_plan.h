/* Which registers are written, in which order, to power the machine off or to reset it, as its ACPI
 * tables say (ACPI Specification 6.5, §4.8.3 "Fixed Hardware Features"). Pure: kernel/power.c
 * carries it out. */
#ifndef KERNEL_ACPI_POWER_PLAN_H
#define KERNEL_ACPI_POWER_PLAN_H

#include "boot/multiboot2.h"
#include "kernel/acpi/acpi.h"

enum { POWER_STEPS_MAX = 8 };

enum power_action {
    POWER_WRITE, /* the register becomes its bits of `keep`, and `value` */
    POWER_AWAIT, /* until all bits of `value` are set, or for as long as anyone would wait */
};

struct power_step {
    enum power_action action;
    uint8_t space; /* ACPI_SPACE_MEMORY, _IO or _PCI */
    uint8_t width; /* bytes: 1 or 2 */
    uint16_t keep; /* 0: the register is not read before */
    uint16_t value;
    uint64_t address; /* in PCI space: device << 32 | function << 16 | offset, on bus 0 */
};

/* What of the machine the steps depend on. */
struct power_machine {
    bool acpi_mode;               /* SCI_EN was found set */
    uint64_t memory_end;          /* registers in memory are to be had below */
    const struct boot_info *boot; /* what of that may be memory, and no register */
};

/* Where SCI_EN is; false where the machine has no such register. */
bool power_plan_mode(const struct acpi *acpi, const struct power_machine *machine,
                     struct power_step *step);

/* Puts the steps into steps, of which there are at most POWER_STEPS_MAX, and returns their number:
 * 0 where ACPI shows no way. */
unsigned power_plan_off(const struct acpi *acpi, const struct power_machine *machine,
                        struct power_step *steps);
unsigned power_plan_reset(const struct acpi *acpi, const struct power_machine *machine,
                          struct power_step *steps);

#endif
