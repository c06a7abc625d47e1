/* Tests the register accesses that power off or reset the machine. */
#include "kernel/acpi/power_plan.h"

#include "lib/bits.h"
#include "tests/unit/unit.h"

static struct acpi acpi;
static struct power_machine machine;
static const struct boot_info boot = {.memory_count = 1,
                                      .memory = {{0, 0x80000000, BOOT_MEMORY_AVAILABLE}}};
static struct power_step steps[POWER_STEPS_MAX];

/* A machine that has all registers at usual addresses. */
static int setup(void **state)
{
    (void)state;
    acpi = (struct acpi){
        .fadt_index = 2,
        .fadt =
            {
                .reset_supported = true,
                .smi_command = 0xb2,
                .acpi_enable = 0xf1,
                .pm1a_control = {ACPI_SPACE_IO, 16, 0, 0, 0x404},
                .pm1b_control = {ACPI_SPACE_IO, 16, 0, 0, 0x504},
                .sleep_control = {ACPI_SPACE_MEMORY, 8, 0, 0, 0xfea00200},
                .reset = {ACPI_SPACE_IO, 8, 0, 0, 0xcf9},
                .reset_value = 0x0f,
            },
        .s5 = {true, 5, 6},
    };
    machine =
        (struct power_machine){.acpi_mode = true, .memory_end = UINT64_C(1) << 40, .boot = &boot};
    return 0;
}

static unsigned off(void)
{
    return power_plan_off(&acpi, &machine, steps);
}

static unsigned reset(void)
{
    return power_plan_reset(&acpi, &machine, steps);
}

static void assert_step(unsigned index, struct power_step want)
{
    const struct power_step found = steps[index];
    assert_int_equal(found.action, want.action);
    assert_int_equal(found.space, want.space);
    assert_int_equal(found.width, want.width);
    assert_int_equal(found.keep, want.keep);
    assert_int_equal(found.value, want.value);
    assert_int_equal(found.address, want.address);
}

#define TYPES(address, value)                                                                      \
    ((struct power_step){POWER_WRITE, ACPI_SPACE_IO, 2, 0xc3ff, value, address})

static void both_registers(void **state)
{
    (void)state;
    assert_int_equal(off(), 4);
    assert_step(0, TYPES(0x404, 5 << 10));
    assert_step(1, TYPES(0x504, 6 << 10));
    assert_step(2, TYPES(0x404, 5 << 10 | 1 << 13));
    assert_step(3, TYPES(0x504, 6 << 10 | 1 << 13));
}

static void one_register(void **state)
{
    (void)state;
    acpi.fadt.pm1b_control.address = 0;
    assert_int_equal(off(), 2);
    assert_step(0, TYPES(0x404, 5 << 10));
    assert_step(1, TYPES(0x404, 5 << 10 | 1 << 13));
}

static void acpi_mode_is_turned_on_first(void **state)
{
    (void)state;
    acpi.fadt.pm1b_control.address = 0;
    machine.acpi_mode = false;
    assert_int_equal(off(), 4);
    assert_step(0, (struct power_step){POWER_WRITE, ACPI_SPACE_IO, 1, 0, 0xf1, 0xb2});
    assert_step(1, (struct power_step){POWER_AWAIT, ACPI_SPACE_IO, 2, 0, 1, 0x404});
    assert_step(2, TYPES(0x404, 5 << 10));
    acpi.fadt.pm1b_control.address = 0x504;
    assert_int_equal(off(), 6);
    acpi.fadt.smi_command = 0; /* always in ACPI mode */
    assert_int_equal(off(), 4);
    acpi.fadt.smi_command = 0xb2;
    acpi.fadt.acpi_enable = 0;
    assert_int_equal(off(), 4);
}

static void mode_is_asked_of_the_first_register(void **state)
{
    (void)state;
    assert_true(power_plan_mode(&acpi, &machine, steps));
    assert_step(0, (struct power_step){POWER_AWAIT, ACPI_SPACE_IO, 2, 0, 1, 0x404});
    acpi.fadt.hardware_reduced = true;
    assert_false(power_plan_mode(&acpi, &machine, steps));
    acpi.fadt.hardware_reduced = false;
    acpi.fadt.pm1a_control.address = 0;
    assert_false(power_plan_mode(&acpi, &machine, steps));
}

static void hardware_reduced(void **state)
{
    (void)state;
    acpi.fadt.hardware_reduced = true;
    machine.acpi_mode = false;
    assert_int_equal(off(), 1);
    assert_step(
        0, (struct power_step){POWER_WRITE, ACPI_SPACE_MEMORY, 1, 0, 5 << 2 | 1 << 5, 0xfea00200});
    machine.memory_end = 0xfea00200;
    assert_int_equal(off(), 0);
    machine.memory_end++;
    assert_int_equal(off(), 1);
    acpi.fadt.sleep_control.space = ACPI_SPACE_PCI;
    acpi.fadt.sleep_control.address = 0x10000;
    assert_int_equal(off(), 0);
    acpi.fadt.sleep_control.address = 0;
    assert_int_equal(off(), 0);
}

static void no_way_off(void **state)
{
    static const struct acpi_address unusable[] = {
        {ACPI_SPACE_IO, 16, 0, 0, 0},
        {ACPI_SPACE_IO, 16, 0, 0, 0xffff},
        {ACPI_SPACE_IO, 16, 0, 0, 0x10404},
        {ACPI_SPACE_PCI, 16, 0, 0, 0x10040},
        {ACPI_SPACE_MEMORY, 16, 0, 0, 0xfea00405},
        {ACPI_SPACE_MEMORY, 16, 0, 0, 0x7ffffffe}, /* RAM */
        {ACPI_SPACE_MEMORY, 16, 0, 0, UINT64_C(1) << 40},
        {0x7f, 16, 0, 0, 0x404},
    };
    for (unsigned i = 0; i < ARRAY_COUNT(unusable); i++) {
        setup(state);
        acpi.fadt.pm1a_control = unusable[i];
        assert_int_equal(off(), 0);
    }
    setup(state);
    acpi.s5.found = false;
    assert_int_equal(off(), 0);
    setup(state);
    acpi.fadt_index = ACPI_NO_TABLE;
    assert_int_equal(off(), 0);
    assert_int_equal(reset(), 0);
}

/* A register that may be RAM is not used. The other register and the other action are not
 * affected. */
static void what_may_be_memory_is_not_written(void **state)
{
    (void)state;
    acpi.fadt.pm1b_control.space = ACPI_SPACE_MEMORY;
    acpi.fadt.pm1b_control.address = 0x7fff0000;
    assert_int_equal(off(), 2);
    assert_int_equal(steps[0].address, 0x404);
    assert_int_equal(steps[1].address, 0x404);
    acpi.fadt.pm1b_control.address = 0x80000000;
    assert_int_equal(off(), 4);
    acpi.fadt.pm1a_control = acpi.fadt.pm1b_control;
    acpi.fadt.pm1a_control.address = 0x7fff0000;
    assert_int_equal(off(), 0);
    assert_int_equal(reset(), 1);
}

static void reset_register(void **state)
{
    (void)state;
    assert_int_equal(reset(), 1);
    assert_step(0, (struct power_step){POWER_WRITE, ACPI_SPACE_IO, 1, 0, 0x0f, 0xcf9});
    acpi.fadt.reset_supported = false;
    assert_int_equal(reset(), 0);
}

static void reset_register_in_each_space(void **state)
{
    static const struct {
        uint8_t space;
        uint64_t address;
        unsigned count;
    } cases[] = {
        {ACPI_SPACE_IO, 0xffff, 1},
        {ACPI_SPACE_IO, 0x10000, 0},
        {ACPI_SPACE_MEMORY, 0xfea00202, 1},
        {ACPI_SPACE_MEMORY, 0x80000000, 1},
        {ACPI_SPACE_MEMORY, 0x7fffffff, 0},
        {ACPI_SPACE_MEMORY, (UINT64_C(1) << 40) - 1, 1},
        {ACPI_SPACE_MEMORY, UINT64_C(1) << 40, 0},
        {ACPI_SPACE_MEMORY, UINT64_MAX, 0},
        {ACPI_SPACE_PCI, UINT64_C(0x001f000700ff), 1},
        {ACPI_SPACE_PCI, UINT64_C(0x001f00070100), 0},
        {ACPI_SPACE_PCI, UINT64_C(0x001f00080044), 0},
        {ACPI_SPACE_PCI, UINT64_C(0x002000070044), 0},
        {ACPI_SPACE_PCI, UINT64_C(0x1001f00070044), 0},
        {3, 0xcf9, 0},
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        acpi.fadt.reset.space = cases[i].space;
        acpi.fadt.reset.address = cases[i].address;
        assert_int_equal(reset(), cases[i].count);
        if (cases[i].count > 0) {
            assert_step(
                0, (struct power_step){POWER_WRITE, cases[i].space, 1, 0, 0x0f, cases[i].address});
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
    const struct CMUnitTest tests[] = {
        TEST(both_registers),
        TEST(one_register),
        TEST(acpi_mode_is_turned_on_first),
        TEST(mode_is_asked_of_the_first_register),
        TEST(hardware_reduced),
        TEST(no_way_off),
        TEST(what_may_be_memory_is_not_written),
        TEST(reset_register),
        TEST(reset_register_in_each_space),
    };
    return cmocka_run_group_tests_name("power_plan", tests, NULL, NULL);
}
