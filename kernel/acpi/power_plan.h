/* Plans the register accesses that power the machine off or reset it, from its ACPI tables (ACPI
 * Specification 6.5, §4.8.3 "Fixed Hardware Features"). Pure: kernel/power.c performs them. */
#ifndef KERNEL_ACPI_POWER_PLAN_H
#define KERNEL_ACPI_POWER_PLAN_H

#include "boot/multiboot2.h"
#include "kernel/acpi/acpi.h"

enum { POWER_STEPS_MAX = 8 };

enum power_action {
    POWER_WRITE, /* write (register & keep) | value */
    POWER_AWAIT, /* wait, with a bound, until all bits of `value` are set in the register */
};

struct power_step {
    enum power_action action;
    uint8_t space; /* ACPI_SPACE_MEMORY, _IO or _PCI */
    uint8_t width; /* bytes: 1 or 2 */
    uint16_t keep; /* 0: do not read the register before the write */
    uint16_t value;
    uint64_t address; /* PCI: device << 32 | function << 16 | offset, on bus 0 */
};

/* The properties of the machine that the steps depend on. */
struct power_machine {
    bool acpi_mode;      /* SCI_EN is set */
    uint64_t memory_end; /* end of the addresses at which the kernel can access registers */
    const struct boot_info *boot; /* memory map: an address that may be RAM is not a register */
};

/* Plans the step that waits for ACPI mode, that is for SCI_EN. Returns false if the machine has no
 * register with that bit. */
bool power_plan_mode(const struct acpi *acpi, const struct power_machine *machine,
                     struct power_step *step);

/* Plan the steps to power off or to reset. Return the number of steps, at most POWER_STEPS_MAX, or
 * 0 if the ACPI tables offer no way. */
unsigned power_plan_off(const struct acpi *acpi, const struct power_machine *machine,
                        struct power_step *steps);
unsigned power_plan_reset(const struct acpi *acpi, const struct power_machine *machine,
                          struct power_step *steps);

#endif
