/* Finds serial ports on all PCI buses. Scans all bus numbers instead of following bridges, because
 * a bus need not have a visible bridge. */
#include "kernel/serial/pci.h"

#include <stdbool.h>

#include "lib/bits.h"

enum {
    BUSES = 256,
    DEVICES = 32,
    FUNCTIONS = 8,
};

#define ENABLE      BIT(31)
#define ABSENT      0xffffu /* vendor ID if there is no function */
#define CLASS_UART  0x0700u
#define COMMAND_IO  BIT(0)
#define COMMAND_MEM BIT(1)
#define BAR_IO      BIT(0)
#define BAR_64      BIT(2)

enum {                          /* 32-bit registers */
       REGISTER_ID = 0x00,      /* bits 15:0: vendor ID */
       REGISTER_COMMAND = 0x04, /* bits 15:0: command; 31:16: status, write 1 to clear */
       REGISTER_CLASS = 0x08,   /* bits 31:16: class and subclass */
       REGISTER_HEADER = 0x0c,  /* bits 22:16: header layout; bit 23: several functions */
       REGISTER_BAR = 0x10,
       BARS = 6,
};

enum {
    UART_PORTS = 8,
    UARTS_MAX = 8, /* per BAR; a card with more UARTs has several BARs */
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

static void add_port(struct scan *scan, enum serial_space space, uint64_t address)
{
    if (scan->count == PCI_SERIAL_MAX)
        return;
    scan->at[scan->count++] = (struct serial_setting){
        .space = space, .address = address, .stride = space == SERIAL_PORTS, .width = 1};
}

/* Returns the writable bits of a BAR, which give its size. Disables the device's address decoding
 * during the probe, because the BAR then has a wrong address. */
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

/* Adds the UARTs of an I/O BAR: one for every eight ports. Returns false if the BAR has none. */
static bool add_io_bar(struct scan *scan, uint32_t function, unsigned bar)
{
    const uint32_t value = scan->io->read(function + REGISTER_BAR + 4 * bar);
    const uint32_t base = value & 0xfffc;
    if (!(value & BAR_IO) || base == 0)
        return false;
    const uint32_t size = (~bar_mask(scan->io, function, bar) & 0xfffc) + 4;
    for (uint32_t i = 0; i < UARTS_MAX && (i + 1) * UART_PORTS <= size; i++)
        add_port(scan, SERIAL_PORTS, base + i * UART_PORTS);
    return size >= UART_PORTS;
}

static bool is_64_bit(uint32_t bar)
{
    return (bar & (BAR_IO | BAR_64)) == BAR_64;
}

/* Returns the address of a memory BAR, or 0 if it is no memory BAR or lies above 4 GiB. */
static uint64_t memory_base(const struct pci_io *io, uint32_t function, unsigned bar)
{
    const uint32_t reg = function + REGISTER_BAR + 4 * bar, value = io->read(reg);
    if ((value & BAR_IO) || (is_64_bit(value) && io->read(reg + 4) != 0))
        return 0;
    return value & ~UINT32_C(0xf);
}

/* Returns the number of the next BAR. A 64-bit BAR takes two. */
static unsigned next_bar(const struct pci_io *io, uint32_t function, unsigned bar)
{
    return bar + (is_64_bit(io->read(function + REGISTER_BAR + 4 * bar)) ? 2 : 1);
}

static void enable(const struct pci_io *io, uint32_t function, uint32_t bits)
{
    const uint32_t command = io->read(function + REGISTER_COMMAND) & 0xffff;
    io->write(function + REGISTER_COMMAND, command | bits);
}

/* Adds the UARTs of a function. If it has both I/O and memory BARs, they lead to the same
 * registers, so only the I/O BARs are used. */
static void add_function(struct scan *scan, uint32_t function)
{
    bool has_ports = false;
    uint64_t memory = 0;
    for (unsigned bar = 0; bar < BARS; bar = next_bar(scan->io, function, bar))
        has_ports = add_io_bar(scan, function, bar) || has_ports;
    if (has_ports) {
        enable(scan->io, function, COMMAND_IO);
        return;
    }
    for (unsigned bar = 0; bar < BARS && memory == 0; bar = next_bar(scan->io, function, bar))
        memory = memory_base(scan->io, function, bar);
    if (memory != 0) {
        enable(scan->io, function, COMMAND_MEM);
        add_port(scan, SERIAL_MEMORY, memory);
    }
}

static bool is_present(const struct pci_io *io, uint32_t function)
{
    return (io->read(function + REGISTER_ID) & 0xffff) != ABSENT;
}

static void scan_device(struct scan *scan, unsigned bus, unsigned device)
{
    if (!is_present(scan->io, function_address(bus, device, 0)))
        return;
    const uint32_t header = scan->io->read(function_address(bus, device, 0) + REGISTER_HEADER);
    for (unsigned number = 0; number < (header & BIT(23) ? FUNCTIONS : 1); number++) {
        const uint32_t function = function_address(bus, device, number);
        if (is_present(scan->io, function) &&
            scan->io->read(function + REGISTER_CLASS) >> 16 == CLASS_UART &&
            (scan->io->read(function + REGISTER_HEADER) & BITS(22, 16)) == 0)
            add_function(scan, function);
    }
}

unsigned pci_serial_ports(const struct pci_io *io, struct serial_setting at[PCI_SERIAL_MAX])
{
    struct scan scan = {io, at, 0};
    for (unsigned bus = 0; bus < BUSES; bus++) {
        for (unsigned device = 0; device < DEVICES; device++)
            scan_device(&scan, bus, device);
    }
    return scan.count;
}
