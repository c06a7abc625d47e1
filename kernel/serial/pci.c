/* All buses are looked at by number: not all of them need a bridge that leads there. */
#include "kernel/serial/pci.h"

#include <stdbool.h>

#include "lib/bits.h"

enum {
    BUSES = 256,
    DEVICES = 32,
    FUNCTIONS = 8,
};

#define ENABLE      BIT(31)
#define ABSENT      0xffffu /* the vendor where there is no function */
#define CLASS_UART  0x0700u
#define COMMAND_IO  BIT(0)
#define COMMAND_MEM BIT(1)
#define BAR_IO      BIT(0)
#define BAR_64      BIT(2)

enum {                          /* registers of 32 bits, and where in them */
       REGISTER_ID = 0x00,      /* bits 15:0 vendor */
       REGISTER_COMMAND = 0x04, /* bits 15:0; the status above is cleared by ones */
       REGISTER_CLASS = 0x08,   /* bits 31:16 */
       REGISTER_HEADER = 0x0c,  /* bits 22:16 layout, bit 23 more than one function */
       REGISTER_BAR = 0x10,
       BARS = 6,
};

enum {
    UART_PORTS = 8,
    UARTS_MAX = 8, /* of one BAR; cards with more have several */
};

struct scan {
    const struct pci_io *io;
    struct serial_setting *at;
    unsigned count;
};

static uint32_t function_address(unsigned bus, unsigned device, unsigned function)
{
    return (uint32_t)(ENABLE | bus << 16 | device << 11 | function << 8);
}

static void note(struct scan *scan, enum serial_space space, uint64_t address)
{
    if (scan->count == PCI_SERIAL_MAX)
        return;
    scan->at[scan->count++] = (struct serial_setting){
        .space = space, .address = address, .stride = space == SERIAL_PORTS, .width = 1};
}

/* What of a BAR can be written to tells its size; nothing may decode the address meanwhile. */
static uint32_t bar_mask(const struct pci_io *io, uint32_t function, unsigned bar)
{
    const uint32_t reg = function + REGISTER_BAR + 4 * bar;
    const uint32_t command = io->read(function + REGISTER_COMMAND) & 0xffff, value = io->read(reg);
    io->write(function + REGISTER_COMMAND, command & (uint32_t) ~(COMMAND_IO | COMMAND_MEM));
    io->write(reg, UINT32_MAX);
    const uint32_t mask = io->read(reg);
    io->write(reg, value);
    io->write(function + REGISTER_COMMAND, command);
    return mask;
}

/* A BAR of ports has a UART in every eight of them. Returns whether it is one. */
static bool take_ports(struct scan *scan, uint32_t function, unsigned bar)
{
    const uint32_t value = scan->io->read(function + REGISTER_BAR + 4 * bar);
    const uint32_t base = value & 0xfffc;
    if (!(value & BAR_IO) || base == 0)
        return false;
    const uint32_t size = (~bar_mask(scan->io, function, bar) & 0xfffc) + 4;
    for (uint32_t i = 0; i < UARTS_MAX && (i + 1) * UART_PORTS <= size; i++)
        note(scan, SERIAL_PORTS, base + i * UART_PORTS);
    return size >= UART_PORTS;
}

static bool is_64_bit(uint32_t bar)
{
    return (bar & (BAR_IO | BAR_64)) == BAR_64;
}

/* The address of a BAR of memory; 0 where it is none, or cannot be reached. */
static uint64_t memory_base(const struct pci_io *io, uint32_t function, unsigned bar)
{
    const uint32_t reg = function + REGISTER_BAR + 4 * bar, value = io->read(reg);
    if ((value & BAR_IO) || (is_64_bit(value) && io->read(reg + 4) != 0))
        return 0;
    return value & ~UINT32_C(0xf);
}

/* The one after bar; an address of 64 bits takes two. */
static unsigned next_bar(const struct pci_io *io, uint32_t function, unsigned bar)
{
    return bar + (is_64_bit(io->read(function + REGISTER_BAR + 4 * bar)) ? 2 : 1);
}

static void enable(const struct pci_io *io, uint32_t function, uint32_t what)
{
    const uint32_t command = io->read(function + REGISTER_COMMAND) & 0xffff;
    io->write(function + REGISTER_COMMAND, command | what);
}

/* Ports are preferred: where a device has both, they lead to the same registers. */
static void take_function(struct scan *scan, uint32_t function)
{
    bool has_ports = false;
    uint64_t memory = 0;
    for (unsigned bar = 0; bar < BARS; bar = next_bar(scan->io, function, bar))
        has_ports = take_ports(scan, function, bar) || has_ports;
    if (has_ports) {
        enable(scan->io, function, COMMAND_IO);
        return;
    }
    for (unsigned bar = 0; bar < BARS && memory == 0; bar = next_bar(scan->io, function, bar))
        memory = memory_base(scan->io, function, bar);
    if (memory != 0) {
        enable(scan->io, function, COMMAND_MEM);
        note(scan, SERIAL_MEMORY, memory);
    }
}

static bool is_there(const struct pci_io *io, uint32_t function)
{
    return (io->read(function + REGISTER_ID) & 0xffff) != ABSENT;
}

static void take_device(struct scan *scan, unsigned bus, unsigned device)
{
    if (!is_there(scan->io, function_address(bus, device, 0)))
        return;
    const uint32_t header = scan->io->read(function_address(bus, device, 0) + REGISTER_HEADER);
    for (unsigned number = 0; number < (header & BIT(23) ? FUNCTIONS : 1); number++) {
        const uint32_t function = function_address(bus, device, number);
        if (is_there(scan->io, function) &&
            scan->io->read(function + REGISTER_CLASS) >> 16 == CLASS_UART &&
            (scan->io->read(function + REGISTER_HEADER) & BITS(22, 16)) == 0)
            take_function(scan, function);
    }
}

unsigned pci_serial_ports(const struct pci_io *io, struct serial_setting at[PCI_SERIAL_MAX])
{
    struct scan scan = {io, at, 0};
    for (unsigned bus = 0; bus < BUSES; bus++) {
        for (unsigned device = 0; device < DEVICES; device++)
            take_device(&scan, bus, device);
    }
    return scan.count;
}
