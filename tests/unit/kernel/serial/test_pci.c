/* Tests the search for serial ports of PCI devices, with a model of configuration space: functions
 * with partly writable registers (PCI Local Bus Specification 3.0, §6.1 and §6.2.5.1). */
#include "kernel/serial/pci.h"

#include <string.h>

#include "lib/bits.h"
#include "tests/unit/unit.h"

enum { FUNCTIONS_MAX = 16, BAR_0 = 4, BAR_1, BAR_2, BAR_5 = 9 };

#define UART   0x07000200u /* class, subclass, programming interface: 16550 */
#define MODEM  0x07030000u
#define SINGLE 0x00000000u
#define MULTI  0x00800000u
#define BRIDGE 0x00010000u

static struct function {
    uint32_t address;
    uint32_t value[16], writable[16];
} functions[FUNCTIONS_MAX];
static unsigned function_count;
static unsigned decoded_while_sized; /* sizing writes while the device decoded addresses */

static struct function *at(uint32_t address)
{
    for (unsigned i = 0; i < function_count; i++) {
        if (functions[i].address == (address & 0xffffff00))
            return &functions[i];
    }
    return NULL;
}

static uint32_t space_read(uint32_t address)
{
    const struct function *function = at(address);
    assert_int_equal(address & 0x7f000003, 0);
    assert_true(address & BIT(31));
    if (function == NULL)
        return UINT32_MAX;
    assert_in_range(address / 4 % 64, 0, ARRAY_COUNT(function->value) - 1);
    return function->value[address / 4 % 64];
}

static void space_write(uint32_t address, uint32_t value)
{
    struct function *function = at(address);
    const unsigned reg = address / 4 % 64;
    assert_non_null(function);
    assert_in_range(reg, 1, BAR_5);
    if (reg == 1)
        assert_int_equal(value >> 16, 0); /* writing 1 would clear status bits */
    if (reg >= BAR_0 && value == UINT32_MAX && (function->value[1] & 3) != 0)
        decoded_while_sized++;
    const uint32_t writable = function->writable[reg];
    function->value[reg] = (function->value[reg] & ~writable) | (value & writable);
}

static const struct pci_io io = {space_read, space_write};

static struct function *add(unsigned bus, unsigned device, unsigned number, uint32_t class,
                            uint32_t header)
{
    struct function *function = &functions[function_count++];
    function->address = (uint32_t)(BIT(31) | bus << 16 | device << 11 | number << 8);
    function->value[0] = 0x12348086;
    function->value[1] = 0x02900003;
    function->writable[1] = 0x0007;
    function->value[2] = class;
    function->value[3] = header;
    return function;
}

static void add_ports(struct function *function, unsigned bar, uint32_t base, uint32_t size)
{
    function->value[bar] = base | 1;
    function->writable[bar] = ~(size - 1) & 0xffff;
}

static void add_memory(struct function *function, unsigned bar, uint64_t base, bool wide)
{
    function->value[bar] = (uint32_t)base | (wide ? 4 : 0);
    function->writable[bar] = 0xfffff000;
    if (wide) {
        function->value[bar + 1] = (uint32_t)(base >> 32);
        function->writable[bar + 1] = UINT32_MAX;
    }
}

static struct serial_setting found[PCI_SERIAL_MAX];

static void assert_found(unsigned count, const uint64_t *addresses, enum serial_space space)
{
    assert_int_equal(pci_serial_ports(&io, found), count);
    assert_int_equal(decoded_while_sized, 0);
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(found[i].address, addresses[i]);
        assert_int_equal(found[i].space, space);
        assert_int_equal(found[i].stride, space == SERIAL_PORTS ? 1 : 0);
        assert_int_equal(found[i].baud, 0);
    }
}

static int no_devices(void **state)
{
    (void)state;
    memset(functions, 0, sizeof functions);
    function_count = decoded_while_sized = 0;
    return 0;
}

static void finds_none_without_a_bus(void **state)
{
    (void)state;
    assert_found(0, NULL, SERIAL_PORTS);
}

/* Skips functions that are not UARTs, have no addresses or are bridges, and does not change
 * them. */
static void passes_others_over(void **state)
{
    (void)state;
    add_ports(add(0, 1, 0, MODEM, SINGLE), BAR_0, 0xe000, 8);
    add(0, 2, 0, UART, SINGLE);
    add_ports(add(0, 3, 0, UART, BRIDGE), BAR_0, 0xe100, 8);
    struct function *small = add(0, 4, 0, UART, SINGLE);
    add_ports(small, BAR_0, 0xe200, 4); /* too few ports for a UART */
    small->value[1] = 0x02900002;
    struct function before[FUNCTIONS_MAX];
    memcpy(before, functions, sizeof before);
    assert_found(0, NULL, SERIAL_PORTS);
    assert_memory_equal(before, functions, sizeof before);
}

static void finds_them_in_the_order_of_the_buses(void **state)
{
    static const uint64_t ports[] = {0xe000, 0xe100, 0xe200};
    (void)state;
    add_ports(add(255, 31, 0, UART, SINGLE), BAR_5, 0xe200, 8);
    add_ports(add(3, 0, 0, UART, SINGLE), BAR_2, 0xe100, 8);
    add_ports(add(0, 22, 0, UART, SINGLE), BAR_0, 0xe000, 8);
    assert_found(3, ports, SERIAL_PORTS);
}

/* Functions from 1 up are scanned only if the header of function 0 says that there are several. */
static void looks_at_all_functions(void **state)
{
    static const uint64_t ports[] = {0xe030};
    (void)state;
    add(0, 22, 0, MODEM, MULTI);
    add_ports(add(0, 22, 3, UART, SINGLE), BAR_0, 0xe030, 8); /* like Intel AMT */
    add(0, 23, 0, MODEM, SINGLE);
    add_ports(add(0, 23, 3, UART, SINGLE), BAR_0, 0xe040, 8);
    assert_found(1, ports, SERIAL_PORTS);
}

static void finds_each_port_of_a_card(void **state)
{
    static const uint64_t ports[] = {0xe000, 0xe008, 0xe010, 0xe018, 0xd000};
    (void)state;
    struct function *card = add(0, 4, 0, UART, SINGLE);
    add_ports(card, BAR_0, 0xe000, 32);
    add_ports(card, BAR_1, 0xd000, 8);
    assert_found(5, ports, SERIAL_PORTS);
}

/* At most eight UARTs per BAR: this BAR has room for 16, so it also has other registers. */
static void finds_eight_ports_at_most(void **state)
{
    static const uint64_t ports[] = {0xe000, 0xe008, 0xe010, 0xe018,
                                     0xe020, 0xe028, 0xe030, 0xe038};
    (void)state;
    add_ports(add(0, 4, 0, UART, SINGLE), BAR_0, 0xe000, 128);
    assert_found(8, ports, SERIAL_PORTS);
}

/* The BARs keep their addresses, and address decoding is enabled. */
static void leaves_the_device_answering(void **state)
{
    static const uint64_t ports[] = {0xe000};
    (void)state;
    struct function *card = add(0, 4, 0, UART, SINGLE);
    add_ports(card, BAR_0, 0xe000, 8);
    add_memory(card, BAR_1, 0xfebd1000, false);
    card->value[1] = 0x02900004; /* address decoding was disabled */
    assert_found(1, ports, SERIAL_PORTS);
    assert_int_equal(card->value[BAR_0], 0xe001);
    assert_int_equal(card->value[1], 0x02900005);
}

static void takes_memory_where_there_are_no_ports(void **state)
{
    static const uint64_t memory[] = {0xfebd1000, 0xfebd3000};
    (void)state;
    struct function *narrow = add(0, 4, 0, UART, SINGLE);
    add_memory(narrow, BAR_1, 0xfebd1000, false);
    narrow->value[1] = 0;
    add_memory(add(0, 5, 0, UART, SINGLE), BAR_0, UINT64_C(0x40febd1000), true); /* out of reach */
    add_memory(add(0, 6, 0, UART, SINGLE), BAR_0, 0xfebd3000, true);
    assert_found(2, memory, SERIAL_MEMORY);
    assert_int_equal(narrow->value[1], 2);
}

/* The upper half of a 64-bit BAR is not a BAR, whatever its value. */
static void upper_halves_are_no_addresses(void **state)
{
    (void)state;
    struct function *card = add(0, 5, 0, UART, SINGLE);
    add_memory(card, BAR_0, UINT64_C(0x0000e00100000000), true);
    assert_found(0, NULL, SERIAL_PORTS);
}

static void stops_where_there_is_no_room(void **state)
{
    uint64_t ports[PCI_SERIAL_MAX];
    (void)state;
    for (unsigned i = 0; i < 5; i++)
        add_ports(add(0, i, 0, UART, SINGLE), BAR_0, 0x1000 * (i + 1), 64);
    for (unsigned i = 0; i < PCI_SERIAL_MAX; i++)
        ports[i] = 0x1000 * (i / 8 + 1) + 8 * (i % 8);
    assert_found(PCI_SERIAL_MAX, ports, SERIAL_PORTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(finds_none_without_a_bus, no_devices),
        cmocka_unit_test_setup(passes_others_over, no_devices),
        cmocka_unit_test_setup(finds_them_in_the_order_of_the_buses, no_devices),
        cmocka_unit_test_setup(looks_at_all_functions, no_devices),
        cmocka_unit_test_setup(finds_each_port_of_a_card, no_devices),
        cmocka_unit_test_setup(finds_eight_ports_at_most, no_devices),
        cmocka_unit_test_setup(leaves_the_device_answering, no_devices),
        cmocka_unit_test_setup(takes_memory_where_there_are_no_ports, no_devices),
        cmocka_unit_test_setup(upper_halves_are_no_addresses, no_devices),
        cmocka_unit_test_setup(stops_where_there_is_no_room, no_devices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
