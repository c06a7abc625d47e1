/* Sends bytes through a 16550 UART with 8 data bits, no parity and 1 stop bit (National
 * Semiconductor PC16550D data sheet). Every wait has a bound. After the first timeout, the port is
 * no longer used, so a missing or stuck port costs time only once. Pure: accesses registers only
 * through struct serial_io. */
#ifndef KERNEL_SERIAL_SERIAL_H
#define KERNEL_SERIAL_SERIAL_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SERIAL_BAUD = 115200, /* default */
    SERIAL_BAUD_MIN = 300,
    SERIAL_REGISTERS = 8,
    SERIAL_PORT_LAST = 0xfff8, /* last I/O port at which all eight registers fit */
};

/* The last memory address at which all eight registers fit: they may be 4 bytes apart, and the
 * early page tables end at 4 GiB. */
#define SERIAL_MEMORY_LAST UINT64_C(0xffffffe0)

enum serial_space { SERIAL_PORTS, SERIAL_MEMORY };

/* The location of the registers and the settings of the UART. */
struct serial_setting {
    uint64_t address; /* first register: an I/O port or a physical address; 0: no UART */
    enum serial_space space;
    uint32_t baud;  /* 0, or a rate that the UART cannot produce: keep the current rate */
    uint32_t clock; /* clock of the UART in Hz; 0: the clock of PCs */
    uint8_t stride; /* bytes from one register to the next: 1, 2 or 4 */
    uint8_t width;  /* bytes per access: 1, 2 or 4; I/O ports are always accessed as bytes */
};

/* Returns the setting for a 16550 at the I/O ports from `port` up. */
struct serial_setting serial_at_port(uint16_t port, uint32_t baud);

/* Access to the registers: I/O ports and memory in the kernel, a model in a test. */
struct serial_io {
    uint8_t (*read)(const struct serial_setting *at, unsigned reg);
    void (*write)(const struct serial_setting *at, unsigned reg, uint8_t value);
};

struct serial {
    const struct serial_io *io;
    struct serial_setting at;
    bool alive;         /* the UART was found and no wait has timed out */
    uint32_t polls;     /* bound of one wait: number of reads of the line status */
    unsigned fifo_size; /* bytes that an empty transmitter accepts */
    unsigned room;      /* bytes that the FIFO accepts before the next check of the status */
};

/* Tests whether a UART is there (scratch register, then a byte through the loop-back) and sets it
 * up. serial->alive is the result. */
void serial_open(struct serial *serial, const struct serial_io *io, struct serial_setting at);

/* Sends a byte. Does nothing if the port is not alive. */
void serial_put(struct serial *serial, uint8_t byte);

/* Waits, with a bound, until the last byte has left the transmitter. */
void serial_flush(struct serial *serial);

#endif
