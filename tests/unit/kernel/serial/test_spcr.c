/* Tests the conversion of SPCR to the setting of a port. */
#include "kernel/serial/spcr.h"

#include "lib/bits.h"
#include "tests/unit/unit.h"

static struct acpi_spcr com2(void)
{
    return (struct acpi_spcr){
        .revision = 2,
        .interface = 0,
        .base = {.space = ACPI_SPACE_IO, .bit_width = 8, .access_size = 1, .address = 0x2f8},
        .baud_code = 7,
    };
}

static void a_port(void **state)
{
    const struct acpi_spcr spcr = com2();
    const struct serial_setting at = serial_from_spcr(&spcr);
    (void)state;
    assert_int_equal(at.space, SERIAL_PORTS);
    assert_int_equal(at.address, 0x2f8);
    assert_int_equal(at.stride, 1);
    assert_int_equal(at.baud, 115200);
}

/* DBG2, table of port subtypes: PL011 (3), 16550 with parameters in a generic address structure
 * (0x12), … */
static void which_interfaces_are_16550s(void **state)
{
    static const struct {
        uint8_t interface;
        bool taken;
    } cases[] = {{0, true},     {1, true},    {2, false},   {3, false},
                 {0x0e, false}, {0x12, true}, {0x13, false}};
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        struct acpi_spcr spcr = com2();
        spcr.interface = cases[i].interface;
        assert_int_equal(serial_from_spcr(&spcr).address != 0, cases[i].taken);
    }
}

static void baud_rates(void **state)
{
    static const uint32_t bauds[] = {0, 0, 0, 9600, 19200, 0, 57600, 115200, 0};
    (void)state;
    for (unsigned code = 0; code < 256; code++) {
        struct acpi_spcr spcr = com2();
        spcr.baud_code = (uint8_t)code;
        assert_int_equal(serial_from_spcr(&spcr).baud, code < ARRAY_COUNT(bauds) ? bauds[code] : 0);
    }
}

/* The clock of a fast UART, and a rate without a baud code. */
static void precise_rates(void **state)
{
    struct acpi_spcr spcr = com2();
    (void)state;
    assert_int_equal(serial_from_spcr(&spcr).clock, 0);
    spcr.clock = 48000000;
    assert_int_equal(serial_from_spcr(&spcr).clock, 48000000);
    assert_int_equal(serial_from_spcr(&spcr).baud, 115200);
    spcr.precise_baud = 1500000;
    assert_int_equal(serial_from_spcr(&spcr).baud, 1500000);
    spcr.base.space = ACPI_SPACE_MEMORY;
    assert_int_equal(serial_from_spcr(&spcr).clock, 48000000);
    assert_int_equal(serial_from_spcr(&spcr).baud, 1500000);
}

static void memory_and_how_far_apart_its_registers_are(void **state)
{
    static const struct {
        uint8_t bit_width, access_size, bytes;
    } cases[] = {{8, 1, 1}, {8, 0, 1},  {0, 0, 1},  {32, 3, 4}, {32, 0, 4},
                 {8, 3, 4}, {16, 2, 2}, {64, 4, 1}, {8, 35, 1}, {8, 255, 1}};
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        struct acpi_spcr spcr = com2();
        spcr.base = (struct acpi_address){.space = ACPI_SPACE_MEMORY,
                                          .bit_width = cases[i].bit_width,
                                          .access_size = cases[i].access_size,
                                          .address = 0xfe032000};
        const struct serial_setting at = serial_from_spcr(&spcr);
        assert_int_equal(at.space, SERIAL_MEMORY);
        assert_int_equal(at.address, 0xfe032000);
        assert_int_equal(at.stride, cases[i].bytes);
        assert_int_equal(at.width, cases[i].bytes);
    }
}

static void what_cannot_be_reached(void **state)
{
    static const struct acpi_address addresses[] = {
        {.space = ACPI_SPACE_IO, .address = 0},
        {.space = ACPI_SPACE_IO, .address = 0xfff9},
        {.space = ACPI_SPACE_IO, .address = 0x102f8},
        {.space = ACPI_SPACE_MEMORY, .address = 0},
        {.space = ACPI_SPACE_MEMORY, .address = 0xffffffe1},
        {.space = ACPI_SPACE_MEMORY, .address = UINT64_C(0x4000000000)},
        {.space = ACPI_SPACE_PCI, .address = 0x2f8},
        {.space = 0x7f, .address = 0x2f8},
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(addresses); i++) {
        struct acpi_spcr spcr = com2();
        spcr.base = addresses[i];
        assert_int_equal(serial_from_spcr(&spcr).address, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_port),
        cmocka_unit_test(which_interfaces_are_16550s),
        cmocka_unit_test(baud_rates),
        cmocka_unit_test(precise_rates),
        cmocka_unit_test(memory_and_how_far_apart_its_registers_are),
        cmocka_unit_test(what_cannot_be_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
