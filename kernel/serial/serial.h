/* A 16550 UART: 8 data bits, no parity, 1 stop bit, sending only (National Semiconductor PC16550D
 * data sheet). Every wait has a bound; a port that is missing or never ready is given up once and
 * costs nothing from then on. Pure over a struct serial_io. */
#ifndef KERNEL_SERIAL_SERIAL_H
#define KERNEL_SERIAL_SERIAL_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SERIAL_BAUD = 115200, /* where nobody says otherwise */
    SERIAL_REGISTERS = 8,
    SERIAL_PORT_LAST = 0xfff8, /* the last port that has eight behind it */
};

/* The last address in memory: the first page tables reach 4 GiB, and registers may be 4 bytes
 * apart. */
#define SERIAL_MEMORY_LAST UINT64_C(0xffffffe0)

enum serial_space { SERIAL_PORTS, SERIAL_MEMORY };

/* Where the registers are, and how fast it is to send. */
struct serial_setting {
    uint64_t address; /* of the first register: an I/O port or a physical address; 0: none */
    enum serial_space space;
    uint32_t baud;  /* 0: as it is set already, as where no divisor comes near enough */
    uint32_t clock; /* of the UART, in Hz; 0: that of PCs */
    uint8_t stride; /* bytes from one register to the next: 1, 2 or 4 */
    uint8_t width;  /* bytes of an access: 1, 2 or 4; ports are always accessed as bytes */
};

/* A 16550 at I/O ports from port up. */
struct serial_setting serial_at_port(uint16_t port, uint32_t baud);

/* How the registers are reached: I/O ports and memory in the kernel, a model in a test. */
struct serial_io {
    uint8_t (*read)(const struct serial_setting *at, unsigned reg);
    void (*write)(const struct serial_setting *at, unsigned reg, uint8_t value);
};

struct serial {
    const struct serial_io *io;
    struct serial_setting at;
    bool alive;     /* found, and ready within the bound so far */
    uint32_t polls; /* the bound of one wait, in reads of the line status */
    unsigned depth; /* bytes that an empty transmitter takes */
    unsigned room;  /* bytes that the FIFO certainly takes without a look */
};

/* Looks for the UART (scratch register, then a byte through the loop-back) and sets it up. */
void serial_open(struct serial *serial, const struct serial_io *io, struct serial_setting at);

/* Sends a byte; nothing where the port is not alive. */
void serial_put(struct serial *serial, uint8_t byte);

/* Waits until the last byte has left the transmitter, within the bound. */
void serial_flush(struct serial *serial);

#endif
