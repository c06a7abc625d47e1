/* The 16550. */
#include "kernel/serial/serial.h"

enum { /* registers, from the port's base */
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
    FIFO_ON_AND_EMPTY = 0x07,
    IDENTIFICATION_FIFO = 0xc0, /* both bits are set where a FIFO works; an 8250 has none */
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
    TOLERANCE = 25, /* a receiver stands a baud rate that is off by one part in so many */
    SLOWEST = 300,
    FIFO_SIZE = 16,
    BITS_PER_BYTE = 10,
};

/* One poll of a port takes about a microsecond on an ISA-like bus. A wait lasts at most four times
 * as long as a full FIFO takes, and a tenth of a second more for buses and emulators that poll
 * quicker. */
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

/* Scratch registers hold what is written; an absent port reads as all ones. What is no UART gets
 * back what it had. */
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
        (void)get(serial, DATA); /* what was received before is not the probe */
    set(serial, DATA, probe);
    bool works = wait_for(serial, STATUS_RECEIVED) && get(serial, DATA) == probe;
    set(serial, MODEM_CONTROL, MODEM_DTR_RTS);
    return works;
}

/* The baud rate at divisor 1. A clock too slow for any rate is not one. */
static uint32_t fastest(const struct serial_setting *at)
{
    const uint32_t rate = at->clock / CLOCKS_PER_BIT;
    return rate >= SLOWEST ? rate : PC_CLOCK / CLOCKS_PER_BIT;
}

/* The divisor for the baud rate; 0 where none makes it, or none is wished for. */
static uint32_t divisor_for(const struct serial_setting *at)
{
    const uint64_t fast = fastest(at), baud = at->baud;
    const uint64_t divisor = baud != 0 ? (fast + baud / 2) / baud : 0, made = divisor * baud;
    const uint64_t error = made > fast ? made - fast : fast - made;
    return divisor <= DIVISOR_MAX && error * TOLERANCE <= fast ? (uint32_t)divisor : 0;
}

/* Sets the divisor for the baud rate, or finds out what the rate is. */
static void agree_on_baud(struct serial *serial)
{
    uint32_t divisor = divisor_for(&serial->at);
    set(serial, LINE_CONTROL, LINE_DLAB);
    if (divisor != 0) {
        set(serial, DIVISOR_LOW, (uint8_t)divisor);
        set(serial, DIVISOR_HIGH, (uint8_t)(divisor >> 8));
    } else {
        divisor = get(serial, DIVISOR_LOW) | (uint32_t)get(serial, DIVISOR_HIGH) << 8;
        serial->at.baud = fastest(&serial->at) / (divisor != 0 ? divisor : 1);
    }
    set(serial, LINE_CONTROL, LINE_8N1);
}

static uint32_t polls_at(uint32_t baud)
{
    const uint32_t byte = POLLS_PER_SECOND / (baud < SLOWEST ? SLOWEST : baud) + 1;
    return FIFO_SIZE * BITS_PER_BYTE * byte * MARGIN_FACTOR + MARGIN_POLLS;
}

void serial_open(struct serial *serial, const struct serial_io *io, struct serial_setting at)
{
    *serial = (struct serial){.io = io, .at = at};
    if (at.address == 0 || !scratch_works(serial))
        return;
    serial->polls = polls_at(at.baud);
    (void)wait_for(serial, STATUS_ALL_SENT); /* what the boot loader may have left in it */
    set(serial, INTERRUPT_ENABLE, 0);
    agree_on_baud(serial);
    serial->polls = polls_at(serial->at.baud);
    set(serial, FIFO_CONTROL, FIFO_ON_AND_EMPTY);
    bool fifo =
        (get(serial, INTERRUPT_IDENTIFICATION) & IDENTIFICATION_FIFO) == IDENTIFICATION_FIFO;
    serial->depth = fifo ? FIFO_SIZE : 1;
    serial->alive = loop_back_works(serial);
}

void serial_put(struct serial *serial, uint8_t byte)
{
    if (serial->alive && serial->room == 0) {
        serial->alive = wait_for(serial, STATUS_HOLDING_EMPTY);
        serial->room = serial->depth; /* "holding register empty" means that all of the FIFO is */
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
