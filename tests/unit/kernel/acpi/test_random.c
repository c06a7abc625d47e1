/* Tests the parser with damaged ACPI tables: it must not read outside memory, and its results must
 * be within bounds. The reader rejects addresses outside memory, and memory is a separate
 * allocation. */
#include <stdlib.h>
#include <string.h>

#include "kernel/acpi/power_plan.h"
#include "lib/bits.h"
#include "tests/unit/kernel/acpi/builder.h"
#include "tests/unit/random.h"
#include "tests/unit/unit.h"

enum { ROUNDS = 20000, KINDS = 6 };

static struct acpi acpi;
static const struct boot_info boot = {.memory_count = 1,
                                      .memory = {{0, 0x80000000, BOOT_MEMORY_AVAILABLE}}};
static uint64_t table[KINDS];

static void build(void **state)
{
    static const uint8_t entries[] = {0, 8, 0, 0,  1, 0, 0, 0, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0,
                                      0, 0, 9, 16, 0, 0, 1, 1, 0, 0,  1, 0, 0, 0, 0, 0, 0, 0};
    static const char s5[] = "\x08_S5_\x12\x06\x04\x0a\x05\x0a\x06";
    assert_int_equal(acpi_setup(state), 0);
    table[0] = acpi_add_aml("DSDT", s5, sizeof s5 - 1);
    table[1] = acpi_add_aml("SSDT", s5, sizeof s5 - 1);
    table[2] = acpi_add_fadt(276, table[0]);
    table[3] = acpi_add("SPCR", 80);
    table[4] = acpi_add("APIC", 44 + sizeof entries);
    acpi_bytes(table[4], 44, entries, sizeof entries);
    acpi_seal(table[4]);
    table[5] = acpi_root(true, table + 1, 4);
    acpi_point(2, (uint32_t)acpi_root(false, table + 1, 4), table[5]);
}

/* Returns small and large numbers, like those in lengths and counts. */
static uint8_t random_byte(struct random *random)
{
    static const uint8_t edges[] = {0, 1, 2, 7, 8, 0x0c, 0x12, 0x3f, 0x40, 0x80, 0xc0, 0xff};
    return random_below(random, 2) ? edges[random_below(random, sizeof edges)]
                                   : (uint8_t)random_next(random);
}

/* Changes some bytes. Most tables get a valid checksum again, so that not every failure is a wrong
 * checksum. */
static void damage(struct random *random)
{
    for (uint64_t changes = 1 + random_below(random, 5); changes > 0; changes--)
        acpi_memory[random_below(random, acpi_used)] = random_byte(random);
    for (unsigned i = 0; i < KINDS; i++) {
        uint32_t length;
        memcpy(&length, acpi_memory + (table[i] - ACPI_BASE) + 4, 4);
        if (random_below(random, 8) > 0 && length >= ACPI_HEADER &&
            length <= acpi_used - (table[i] - ACPI_BASE))
            acpi_seal(table[i]);
    }
}

static void check_plan(const struct power_step *steps, unsigned count)
{
    assert_in_range(count, 0, POWER_STEPS_MAX);
    for (unsigned i = 0; i < count; i++) {
        assert_in_range(steps[i].width, 1, 2);
        assert_in_range(steps[i].space, ACPI_SPACE_MEMORY, ACPI_SPACE_PCI);
        if (steps[i].space == ACPI_SPACE_IO)
            assert_in_range(steps[i].address + steps[i].width, 0, 0x10000);
    }
}

/* Returns true if the tables give a way to power off. */
static bool check(void)
{
    struct power_step steps[POWER_STEPS_MAX];
    const struct power_machine machine = {.memory_end = UINT64_C(1) << 40, .boot = &boot};
    const unsigned from[] = {acpi.root_index, acpi.fadt_index, acpi.madt_index, acpi.spcr_index,
                             acpi.s5_index};
    assert_in_range(acpi.count, 1, ACPI_TABLES_MAX);
    for (unsigned i = 0; i < ARRAY_COUNT(from); i++) {
        if (from[i] != ACPI_NO_TABLE) {
            assert_in_range(from[i], 0, acpi.count - 1);
            assert_int_equal(acpi.table[from[i]].status, ACPI_OK);
        }
    }
    if (acpi.s5.found)
        assert_true(acpi.s5.type_a <= 7 && acpi.s5.type_b <= 7);
    check_plan(steps, power_plan_reset(&acpi, &machine, steps));
    const unsigned count = power_plan_off(&acpi, &machine, steps);
    check_plan(steps, count);
    return count > 0;
}

static void survives_damage(void **state)
{
    struct random random = {.state = 1};
    int ways = 0;
    for (int round = 0; round < ROUNDS; round++) {
        build(state);
        damage(&random);
        acpi_read_all(&acpi);
        ways += check();
    }
    assert_in_range(ways, ROUNDS / 4, ROUNDS - ROUNDS / 20); /* both outcomes are frequent */
}

static void survives_damaged_root_pointers(void **state)
{
    struct random random = {.state = 2};
    build(state);
    for (int round = 0; round < ROUNDS; round++) {
        acpi_point((uint8_t)random_below(&random, 4),
                   (uint32_t)(ACPI_BASE + random_below(&random, acpi_used + 64)),
                   random_below(&random, 4) ? ACPI_BASE + random_below(&random, acpi_used)
                                            : random_next(&random));
        if (random_below(&random, 2))
            acpi_rsdp[random_below(&random, ACPI_RSDP)] = random_byte(&random);
        const uint32_t size = 1 + (uint32_t)random_below(&random, ACPI_RSDP);
        uint8_t *part = malloc(size); /* exact size, so that an overread is caught */
        assert_non_null(part);
        memcpy(part, acpi_rsdp, size);
        acpi_parse(part, size, &acpi_reader, &acpi);
        free(part);
        (void)check();
        acpi_parse(acpi_rsdp, ACPI_RSDP, &acpi_reader, &acpi);
        (void)check();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survives_damage),
        cmocka_unit_test(survives_damaged_root_pointers),
    };
    return cmocka_run_group_tests_name("acpi, random", tests, NULL, acpi_teardown);
}
