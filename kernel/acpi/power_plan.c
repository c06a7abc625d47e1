/* Plans the register accesses that power off or reset the machine. */
#include "kernel/acpi/power_plan.h"

#include "lib/bits.h"

/* §4.8.3.2.1 "PM1 Control Registers". */
#define SCI_ENABLE       ((uint16_t)BIT(0))
#define SLEEP_TYPE(type) ((uint16_t)((type) << 10))
#define SLEEP_TYPE_BITS  BITS(12, 10)
#define SLEEP_ENABLE     BIT(13)

/* §4.8.3.7 "Sleep Control and Status Registers". */
#define SLEEP_CONTROL(type) ((uint16_t)((type) << 2 | BIT(5)))

/* The PCI addresses that the configuration ports can reach (§5.2.3.2 "Generic Address
 * Structure"). */
#define PCI_DEVICE_MAX   31
#define PCI_FUNCTION_MAX 7
#define PCI_OFFSET_MAX   0xff

/* Returns true if the kernel can write a register of `width` bytes there. */
static bool reachable(const struct acpi_address *place, unsigned width,
                      const struct power_machine *machine)
{
    const uint64_t address = place->address;
    if (address == 0)
        return false;
    switch (place->space) {
    case ACPI_SPACE_IO:
        return address <= UINT64_C(0x10000) - width;
    case ACPI_SPACE_MEMORY:
        return is_aligned(address, width) && address < machine->memory_end &&
               !boot_may_be_memory(machine->boot, address, width);
    case ACPI_SPACE_PCI:
        return bits_get(address, 63, 32) <= PCI_DEVICE_MAX &&
               bits_get(address, 31, 16) <= PCI_FUNCTION_MAX &&
               bits_get(address, 15, 0) <= PCI_OFFSET_MAX;
    default:
        return false;
    }
}

static struct power_step step_at(const struct acpi_address *place, unsigned width)
{
    return (struct power_step){
        .action = POWER_WRITE,
        .space = place->space,
        .width = (uint8_t)width,
        .address = place->address,
    };
}

/* Returns true if the kernel can write this PM1 control register. Always assumes 16 bits, because
 * some firmware gives a wrong width (32 or 0). */
static bool has_control(const struct acpi_address *place, const struct power_machine *machine)
{
    return place->space != ACPI_SPACE_PCI && reachable(place, 2, machine);
}

bool power_plan_mode(const struct acpi *acpi, const struct power_machine *machine,
                     struct power_step *step)
{
    if (acpi->fadt_index == ACPI_NO_TABLE || acpi->fadt.hardware_reduced ||
        !has_control(&acpi->fadt.pm1a_control, machine))
        return false;
    *step = step_at(&acpi->fadt.pm1a_control, 2);
    step->action = POWER_AWAIT;
    step->value = SCI_ENABLE;
    return true;
}

/* Plans the switch to ACPI mode: an SMI asks the firmware to hand over the PM1 registers. */
static unsigned plan_mode(const struct acpi_fadt *fadt, struct power_step await,
                          struct power_step *steps)
{
    if (fadt->smi_command == 0 || fadt->acpi_enable == 0)
        return 0;
    steps[0] = (struct power_step){
        .action = POWER_WRITE,
        .space = ACPI_SPACE_IO,
        .width = 1,
        .value = fadt->acpi_enable,
        .address = fadt->smi_command,
    };
    steps[1] = await;
    return 2;
}

static struct power_step sleep_step(const struct acpi_address *place, uint8_t type, uint64_t enable)
{
    struct power_step step = step_at(place, 2);
    step.keep = (uint16_t) ~(SLEEP_TYPE_BITS | SLEEP_ENABLE);
    step.value = (uint16_t)(SLEEP_TYPE(type) | enable);
    return step;
}

unsigned power_plan_off(const struct acpi *acpi, const struct power_machine *machine,
                        struct power_step *steps)
{
    const struct acpi_fadt *fadt = &acpi->fadt;
    const struct acpi_s5 *s5 = &acpi->s5;
    struct power_step mode;
    unsigned count = 0;
    if (!s5->found)
        return 0;
    if (fadt->hardware_reduced) {
        if (fadt->sleep_control.space == ACPI_SPACE_PCI ||
            !reachable(&fadt->sleep_control, 1, machine))
            return 0;
        steps[0] = step_at(&fadt->sleep_control, 1);
        steps[0].value = SLEEP_CONTROL(s5->type_a);
        return 1;
    }
    if (!power_plan_mode(acpi, machine, &mode))
        return 0;
    if (!machine->acpi_mode)
        count += plan_mode(fadt, mode, steps);
    /* Write SLP_TYP to both registers before SLP_EN, because the machine may be off after the first
     * SLP_EN. Some machines also need separate writes of SLP_TYP and SLP_EN. */
    const bool two = has_control(&fadt->pm1b_control, machine);
    for (unsigned i = 0; i < 2; i++) {
        const uint64_t enable = i == 0 ? 0 : SLEEP_ENABLE;
        steps[count++] = sleep_step(&fadt->pm1a_control, s5->type_a, enable);
        if (two)
            steps[count++] = sleep_step(&fadt->pm1b_control, s5->type_b, enable);
    }
    return count;
}

/* §4.8.3.6 "Reset Register". The register is 8 bits wide. */
unsigned power_plan_reset(const struct acpi *acpi, const struct power_machine *machine,
                          struct power_step *steps)
{
    const struct acpi_fadt *fadt = &acpi->fadt;
    if (acpi->fadt_index == ACPI_NO_TABLE || !fadt->reset_supported ||
        !reachable(&fadt->reset, 1, machine))
        return 0;
    steps[0] = step_at(&fadt->reset, 1);
    steps[0].value = fadt->reset_value;
    return 1;
}
