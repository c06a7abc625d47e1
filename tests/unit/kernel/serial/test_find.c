/* Tests which port is chosen. There are UARTs at some addresses; all others read like an empty
 * bus. */
#include "kernel/serial/find.h"

#include <string.h>

#include "lib/bits.h"
#include "tests/unit/unit.h"

enum { UARTS_MAX = 4 };

static struct uart {
    struct serial_setting at;
    uint8_t reg[8];
    uint8_t divisor[2];
    uint8_t looped;
} uarts[UARTS_MAX];
static unsigned uart_count;
static unsigned configuration_reads;
static unsigned accesses;

static struct uart *place(enum serial_space space, uint64_t address, uint8_t stride)
{
    struct uart *uart = &uarts[uart_count++];
    uart->at = (struct serial_setting){
        .space = space, .address = address, .stride = stride, .width = stride};
    return uart;
}

/* Returns the UART that the access reaches, and sets *own to the number of its register. */
static struct uart *reached(const struct serial_setting *at, unsigned reg, unsigned *own)
{
    const uint64_t address = at->address + (uint64_t)reg * at->stride;
    accesses++;
    for (unsigned i = 0; i < uart_count; i++) {
        const struct serial_setting *uart = &uarts[i].at;
        if (uart->space == at->space && uart->width == at->width && address >= uart->address &&
            address < uart->address + 8u * uart->stride &&
            (address - uart->address) % uart->stride == 0) {
            *own = (unsigned)(address - uart->address) / uart->stride;
            return &uarts[i];
        }
    }
    return NULL;
}

static uint8_t model_read(const struct serial_setting *at, unsigned reg)
{
    unsigned own = 0;
    struct uart *uart = reached(at, reg, &own);
    if (uart == NULL)
        return 0xff;
    if (own < 2 && uart->reg[3] & 0x80)
        return uart->divisor[own];
    if (own == 5)
        return 0x60 | (uart->reg[4] & 0x10 ? 0x01 : 0);
    return own == 0 ? uart->looped : uart->reg[own];
}

static void model_write(const struct serial_setting *at, unsigned reg, uint8_t value)
{
    unsigned own = 0;
    struct uart *uart = reached(at, reg, &own);
    if (uart == NULL)
        return;
    if (own < 2 && uart->reg[3] & 0x80)
        uart->divisor[own] = value;
    else if (own == 0)
        uart->looped = value;
    else
        uart->reg[own] = value;
}

/* The ports that the PCI scan returns. */
static struct serial_setting pci_ports[2];
static unsigned pci_count;

unsigned pci_serial_ports(const struct pci_io *io, struct serial_setting at[PCI_SERIAL_MAX])
{
    (void)io;
    configuration_reads++;
    memcpy(at, pci_ports, sizeof pci_ports);
    return pci_count;
}

static void add_pci(enum serial_space space, uint64_t address)
{
    pci_ports[pci_count++] = (struct serial_setting){
        .space = space, .address = address, .stride = space == SERIAL_PORTS, .width = 1};
}

static const struct serial_io io = {model_read, model_write};
static struct serial_machine machine;
static struct serial serial;
static uint64_t in_memory; /* the result of the last search */

enum { MEMORY_END = 0x8000000 };

/* The 16 bytes after the end also count as memory. */
static bool may_be_memory(uint64_t address, uint64_t size)
{
    return address < MEMORY_END || (address < 0xfe000010 && address + size > UINT64_C(0xfe000000));
}

static int empty(void **state)
{
    (void)state;
    memset(uarts, 0, sizeof uarts);
    uart_count = pci_count = configuration_reads = accesses = 0;
    machine = (struct serial_machine){.io = &io, .may_be_memory = may_be_memory};
    in_memory = 0;
    return 0;
}

static const char *find(const char *word)
{
    struct serial_wish wish;
    assert_true(serial_wish_parse(text_of(word), &wish));
    memset(&serial, 0xa5, sizeof serial);
    const struct serial_found found = serial_find(&serial, &machine, &wish);
    in_memory = found.in_memory;
    return found.source;
}

static void assert_finds(const char *word, const char *where, const struct uart *uart,
                         uint32_t baud)
{
    const char *found = find(word);
    assert_non_null(found);
    assert_string_equal(found, where);
    assert_true(serial.alive);
    assert_int_equal(serial.at.address, uart->at.address);
    assert_int_equal(serial.at.stride, uart->at.stride);
    assert_int_equal(serial.at.baud, baud);
}

static void assert_finds_none(const char *word)
{
    assert_null(find(word));
    assert_false(serial.alive);
    serial_put(&serial, 'x'); /* nothing is sent */
    serial_flush(&serial);
}

static void none_is_none(void **state)
{
    (void)state;
    place(SERIAL_PORTS, 0x3f8, 1);
    assert_finds_none("none");
    assert_int_equal(accesses, 0);
}

static void nothing_there_is_found_out(void **state)
{
    static const char *const words[] = {"auto", "com2",   "spcr",          "pci",
                                        "pci0", "0x1234", "mem:0xfe032000"};
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(words); i++)
        assert_finds_none(words[i]);
}

/* SPCR comes first, then COM1 to COM4, then PCI. PCI is scanned only if no other port works. */
static void looks_in_this_order(void **state)
{
    (void)state;
    add_pci(SERIAL_PORTS, 0xe000);
    assert_finds("auto", "pci", place(SERIAL_PORTS, 0xe000, 1), 115200);
    configuration_reads = 0;
    assert_finds("auto", "com4", place(SERIAL_PORTS, 0x2e8, 1), 115200);
    assert_finds("auto", "com1", place(SERIAL_PORTS, 0x3f8, 1), 115200);
    machine.spcr = serial_at_port(0x2f8, 57600);
    assert_finds("auto", "com1", &uarts[2], 115200); /* SPCR names a port that does not exist */
    assert_finds("auto", "spcr", place(SERIAL_PORTS, 0x2f8, 1), 57600);
    assert_int_equal(configuration_reads, 0);
}

static void a_baud_rate_goes_for_all(void **state)
{
    (void)state;
    const struct uart *uart = place(SERIAL_PORTS, 0x2f8, 1);
    assert_finds("auto,9600", "com2", uart, 9600);
    assert_finds("com2,19200", "cmdline", uart, 19200);
    assert_finds("com2", "cmdline", uart, 115200);
    machine.spcr = serial_at_port(0x2f8, 57600);
    assert_finds("auto,9600", "spcr", uart, 9600);
    assert_finds("spcr,9600", "spcr", uart, 9600);
    add_pci(SERIAL_PORTS, 0x2f8);
    assert_finds("pci,300", "pci", uart, 300);
}

/* If SPCR gives no baud rate, the port keeps the rate that the firmware set. */
static void the_firmware_may_have_set_the_baud_rate(void **state)
{
    (void)state;
    struct uart *uart = place(SERIAL_PORTS, 0x2f8, 1);
    machine.spcr = serial_at_port(0x2f8, 0);
    uart->divisor[0] = 12;
    assert_finds("spcr", "spcr", uart, 9600);
}

static void pci_ports_by_number(void **state)
{
    (void)state;
    add_pci(SERIAL_PORTS, 0xe000);
    add_pci(SERIAL_PORTS, 0xe008);
    const struct uart *uart = place(SERIAL_PORTS, 0xe008, 1);
    assert_finds("pci1", "pci", uart, 115200);
    assert_finds("pci", "pci", uart, 115200);
    assert_finds_none("pci0");
    assert_finds_none("pci2");
}

/* Registers in memory are found with every stride. */
static void strides_are_tried(void **state)
{
    static const uint8_t strides[] = {1, 2, 4};
    for (unsigned i = 0; i < ARRAY_COUNT(strides); i++) {
        (void)empty(state);
        add_pci(SERIAL_MEMORY, 0xfebd1000);
        assert_finds("pci", "pci", place(SERIAL_MEMORY, 0xfebd1000, strides[i]), 115200);
    }
}

static void memory_by_its_address(void **state)
{
    (void)state;
    assert_finds("mem:0xfe032000/4", "cmdline", place(SERIAL_MEMORY, 0xfe032000, 4), 115200);
    assert_finds_none("mem:0xfe032000/1");
}

/* Probing writes to registers, so no address that may be RAM is probed. */
static void memory_is_left_alone(void **state)
{
    (void)state;
    (void)place(SERIAL_MEMORY, 0x200000, 4);
    machine.spcr = (struct serial_setting){
        .space = SERIAL_MEMORY, .address = 0x200000, .stride = 4, .width = 4};
    add_pci(SERIAL_MEMORY, 0x200000);
    assert_finds_none("spcr");
    assert_int_equal(in_memory, 0x200000);
    assert_finds_none("pci");
    assert_int_equal(in_memory, 0x200000);
    assert_int_equal(accesses, 0);
    assert_finds("auto", "com1", place(SERIAL_PORTS, 0x3f8, 1), 115200);
    assert_int_equal(in_memory, 0x200000);
}

/* The check covers all eight registers. */
static void the_last_register_counts(void **state)
{
    (void)state;
    const struct uart *uart = place(SERIAL_MEMORY, 0xfdfffff8, 1);
    assert_finds("mem:0xfdfffff8", "cmdline", uart, 115200);
    assert_int_equal(in_memory, 0);
    (void)place(SERIAL_MEMORY, 0xfdfffff4, 2);
    assert_finds_none("mem:0xfdfffff4/2");
    assert_int_equal(in_memory, 0xfdfffff4);
}

/* If RAM may be at the requested address, another port is opened, so that the error can be
 * printed. */
static void a_wish_for_memory_finds_another(void **state)
{
    (void)state;
    assert_finds("mem:0x1000", "com2", place(SERIAL_PORTS, 0x2f8, 1), 115200);
    assert_int_equal(in_memory, 0x1000);
    machine.spcr = (struct serial_setting){
        .space = SERIAL_MEMORY, .address = 0x200000, .stride = 4, .width = 4};
    assert_finds("mem:0x1000", "com2", place(SERIAL_PORTS, 0x2f8, 1), 115200);
    assert_int_equal(in_memory, 0x1000);
    assert_finds_none("com1"); /* a request for an I/O port does not */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(none_is_none, empty),
        cmocka_unit_test_setup(nothing_there_is_found_out, empty),
        cmocka_unit_test_setup(looks_in_this_order, empty),
        cmocka_unit_test_setup(a_baud_rate_goes_for_all, empty),
        cmocka_unit_test_setup(the_firmware_may_have_set_the_baud_rate, empty),
        cmocka_unit_test_setup(pci_ports_by_number, empty),
        cmocka_unit_test_setup(strides_are_tried, empty),
        cmocka_unit_test_setup(memory_by_its_address, empty),
        cmocka_unit_test_setup(memory_is_left_alone, empty),
        cmocka_unit_test_setup(the_last_register_counts, empty),
        cmocka_unit_test_setup(a_wish_for_memory_finds_another, empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
