/* A 16550 UART: 8 data bits, no parity, 1 stop bit, sending only (National Semiconductor PC16550D
 * data sheet). Every wait has a bound; a port that is missing or never ready is given up once and
 * costs nothing from then on. Pure over a struct serial_io. */
#ifndef KERNEL_SERIAL_H
#define KERNEL_SERIAL_H

#include <stdbool.h>
#include <stdint.h>

struct serial_setting {
    uint16_t port; /* 0: no serial port */
    uint32_t baud; /* 300 to 115200, a divisor of 115200 */
};

/* COM1 at 115200 baud. */
extern const struct serial_setting serial_default;

/* How the registers are reached: I/O ports in the kernel, a model in a test. */
struct serial_io {
    uint8_t (*read)(uint16_t port);
    void (*write)(uint16_t port, uint8_t value);
};

struct serial {
    const struct serial_io *io;
    uint16_t port;
    bool alive;     /* found, and ready within the bound so far */
    uint32_t polls; /* the bound of one wait, in reads of the line status */
    unsigned depth; /* bytes that an empty transmitter takes */
    unsigned room;  /* bytes that the FIFO certainly takes without a look */
};

/* Looks for the UART (scratch register, then a byte through the loop-back) and sets it up. */
void serial_open(struct serial *serial, const struct serial_io *io, struct serial_setting setting);

/* Sends a byte; nothing where the port is not alive. */
void serial_put(struct serial *serial, uint8_t byte);

/* Waits until the last byte has left the transmitter, within the bound. */
void serial_flush(struct serial *serial);

#endif
