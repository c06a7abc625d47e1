/* Driver for a 16550 UART. */
#include "kernel/serial/serial.h"

enum { /* register numbers */
       DATA = 0,
       DIVISOR_LOW = 0,  /* while DLAB is set */
       DIVISOR_HIGH = 1, /* while DLAB is set */
       INTERRUPT_ENABLE = 1,
       FIFO_CONTROL = 2,             /* when written */
       INTERRUPT_IDENTIFICATION = 2, /* when read */
       LINE_CONTROL = 3,
       MODEM_CONTROL = 4,
       LINE_STATUS = 5,
       SCRATCH = 7,
};

enum {
    FIFO_ENABLE_AND_CLEAR = 0x07,
    IDENTIFICATION_FIFO = 0xc0, /* both bits are set if the FIFO works; an 8250 has no FIFO */
    LINE_8N1 = 0x03,
    LINE_DLAB = 0x80,
    MODEM_DTR_RTS = 0x03,
    MODEM_LOOP_BACK = 0x10,
    STATUS_RECEIVED = 0x01,
    STATUS_HOLDING_EMPTY = 0x20,
    STATUS_ALL_SENT = 0x40,
};

enum {
    PC_CLOCK = 1843200, /* Hz */
    CLOCKS_PER_BIT = 16,
    DIVISOR_MAX = 0xffff,
    TOLERANCE = 25, /* a receiver tolerates a baud rate that is off by 1/25 */
    FIFO_SIZE = 16,
    BITS_PER_BYTE = 10, /* start bit, 8 data bits, stop bit */
};

/* One poll of a port takes about a microsecond on an ISA-like bus. The bound of a wait is four
 * times the time to send a full FIFO, plus a tenth of a second for faster buses and emulators. */
enum {
    POLLS_PER_SECOND = 1000000,
    MARGIN_FACTOR = 4,
    MARGIN_POLLS = POLLS_PER_SECOND / 10,
};

struct serial_setting serial_at_port(uint16_t port, uint32_t baud)
{
    return (struct serial_setting){
        .space = SERIAL_PORTS, .address = port, .stride = 1, .width = 1, .baud = baud};
}

static uint8_t get(const struct serial *serial, unsigned reg)
{
    return serial->io->read(&serial->at, reg);
}

static void set(const struct serial *serial, unsigned reg, uint8_t value)
{
    serial->io->write(&serial->at, reg, value);
}

static bool wait_for(const struct serial *serial, uint8_t status)
{
    for (uint32_t i = 0; i < serial->polls; i++) {
        if (get(serial, LINE_STATUS) & status)
            return true;
    }
    return false;
}

static bool scratch_holds(const struct serial *serial, uint8_t value)
{
    set(serial, SCRATCH, value);
    return get(serial, SCRATCH) == value;
}

/* Returns true if the scratch register keeps a written value. An absent port reads as all ones. The
 * old value is restored, in case the address belongs to another device. */
static bool scratch_works(const struct serial *serial)
{
    const uint8_t before = get(serial, SCRATCH);
    const bool works = scratch_holds(serial, 0x5a) && scratch_holds(serial, 0xa5);
    set(serial, SCRATCH, before);
    return works;
}

static bool loop_back_works(const struct serial *serial)
{
    const uint8_t probe = 0xa5;
    set(serial, MODEM_CONTROL, MODEM_LOOP_BACK | MODEM_DTR_RTS);
    for (unsigned i = 0; i < FIFO_SIZE && (get(serial, LINE_STATUS) & STATUS_RECEIVED); i++)
        (void)get(serial, DATA); /* drop bytes that were received before the probe */
    set(serial, DATA, probe);
    bool works = wait_for(serial, STATUS_RECEIVED) && get(serial, DATA) == probe;
    set(serial, MODEM_CONTROL, MODEM_DTR_RTS);
    return works;
}

/* Returns the baud rate at divisor 1. Assumes the clock of PCs if the given clock is too slow for
 * any baud rate, for example 0. */
static uint32_t baud_max(const struct serial_setting *at)
{
    const uint32_t rate = at->clock / CLOCKS_PER_BIT;
    return rate >= SERIAL_BAUD_MIN ? rate : PC_CLOCK / CLOCKS_PER_BIT;
}

/* Returns the divisor for the requested baud rate, or 0 if no rate is requested or if no divisor
 * comes near enough. */
static uint32_t divisor_for(const struct serial_setting *at)
{
    const uint64_t max = baud_max(at), baud = at->baud;
    const uint64_t divisor = baud != 0 ? (max + baud / 2) / baud : 0, product = divisor * baud;
    const uint64_t error = product > max ? product - max : max - product;
    return divisor <= DIVISOR_MAX && error * TOLERANCE <= max ? (uint32_t)divisor : 0;
}

/* Sets the divisor for the requested baud rate. If there is none, keeps the current divisor and
 * computes the baud rate from it. */
static void set_or_read_baud(struct serial *serial)
{
    uint32_t divisor = divisor_for(&serial->at);
    set(serial, LINE_CONTROL, LINE_DLAB);
    if (divisor != 0) {
        set(serial, DIVISOR_LOW, (uint8_t)divisor);
        set(serial, DIVISOR_HIGH, (uint8_t)(divisor >> 8));
    } else {
        divisor = get(serial, DIVISOR_LOW) | (uint32_t)get(serial, DIVISOR_HIGH) << 8;
        serial->at.baud = baud_max(&serial->at) / (divisor != 0 ? divisor : 1);
    }
    set(serial, LINE_CONTROL, LINE_8N1);
}

static uint32_t polls_at(uint32_t baud)
{
    const uint32_t bit = POLLS_PER_SECOND / (baud < SERIAL_BAUD_MIN ? SERIAL_BAUD_MIN : baud) + 1;
    return FIFO_SIZE * BITS_PER_BYTE * bit * MARGIN_FACTOR + MARGIN_POLLS;
}

void serial_open(struct serial *serial, const struct serial_io *io, struct serial_setting at)
{
    *serial = (struct serial){.io = io, .at = at};
    if (at.address == 0 || !scratch_works(serial))
        return;
    serial->polls = polls_at(at.baud);
    (void)wait_for(serial, STATUS_ALL_SENT); /* let the output of the boot loader finish */
    set(serial, INTERRUPT_ENABLE, 0);
    set_or_read_baud(serial);
    serial->polls = polls_at(serial->at.baud);
    set(serial, FIFO_CONTROL, FIFO_ENABLE_AND_CLEAR);
    bool fifo =
        (get(serial, INTERRUPT_IDENTIFICATION) & IDENTIFICATION_FIFO) == IDENTIFICATION_FIFO;
    serial->fifo_size = fifo ? FIFO_SIZE : 1;
    serial->alive = loop_back_works(serial);
}

void serial_put(struct serial *serial, uint8_t byte)
{
    if (serial->alive && serial->room == 0) {
        serial->alive = wait_for(serial, STATUS_HOLDING_EMPTY);
        serial->room = serial->fifo_size; /* this status bit means that the whole FIFO is empty */
    }
    if (!serial->alive)
        return;
    set(serial, DATA, byte);
    serial->room--;
}

void serial_flush(struct serial *serial)
{
    if (serial->alive)
        serial->alive = wait_for(serial, STATUS_ALL_SENT);
}
