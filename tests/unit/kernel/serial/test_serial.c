/* Tests the serial port with a model of a 16550 that can have the defects of real ones (National
 * Semiconductor PC16550D data sheet). In the model, each register access takes a microsecond. */
#include "kernel/serial/serial.h"

#include <string.h>

#include "lib/bits.h"
#include "tests/unit/unit.h"

enum { SENT_MAX = 256, FIFO = 16 };

static struct {
    /* Properties of the port */
    uint16_t base;
    bool absent;           /* reads as all ones, like an empty bus */
    bool no_scratch;       /* an 8250 without a scratch register */
    bool fifo_present;     /* a 16550 with a working FIFO */
    bool loop_back_broken; /* the loop-back returns another byte */
    bool deaf;             /* never receives a byte */
    bool never_ready;      /* the transmitter is never empty */
    unsigned stuck_after;  /* becomes never_ready after this number of bytes; 0: never */
    bool no_divisor;       /* the divisor reads as 0 and cannot be set */
    bool never_all_sent;   /* only the holding register becomes empty */
    uint32_t clock;        /* in Hz; 0: the clock of PCs */
    bool keeps_received;   /* ignores the command to clear the FIFO */

    /* Registers */
    uint8_t interrupt_enable, line_control, modem_control, scratch;
    uint16_t divisor;
    bool fifo_on;

    /* Bytes that were received and not read. Without a FIFO, a byte overwrites the previous one. A
     * looped-back byte arrives after its transmission time. */
    uint8_t received[FIFO];
    unsigned received_count;
    bool looping;
    uint8_t looped;
    uint64_t looped_at;

    /* The transmitter: the number of waiting bytes, and the time at which the next one has been
     * sent */
    unsigned waiting;
    uint64_t now, next;
    bool sets_divisor; /* the divisor was written */

    unsigned lost; /* bytes that waited when the FIFO was cleared */
    uint8_t sent[SENT_MAX];
    unsigned count;
} uart;

static uint64_t byte_time(void)
{
    const uint32_t clock = uart.clock != 0 ? uart.clock : 1843200;
    return (uint64_t)10 * 1000000 * 16 * (uart.divisor ? uart.divisor : 65536) / clock + 1;
}

static bool is_stuck(void)
{
    return uart.never_ready || (uart.stuck_after && uart.count >= uart.stuck_after);
}

static void receive(uint8_t byte)
{
    if (uart.deaf)
        return;
    if (!uart.fifo_on)
        uart.received_count = 0;
    if (uart.received_count < FIFO)
        uart.received[uart.received_count++] = byte;
}

/* Advances time by a microsecond. */
static void tick(void)
{
    uart.now++;
    if (uart.waiting > 0 && !is_stuck() && uart.now >= uart.next) {
        uart.waiting--;
        uart.next = uart.now + byte_time();
    }
    if (uart.looping && uart.now >= uart.looped_at) {
        uart.looping = false;
        receive(uart.looped);
    }
}

static unsigned register_of(const struct serial_setting *at, unsigned reg)
{
    assert_int_equal(at->space, SERIAL_PORTS);
    assert_int_equal(at->address, uart.base);
    assert_in_range(reg, 0, 7);
    tick();
    return reg;
}

static uint8_t line_status(void)
{
    uint8_t status = uart.received_count > 0 ? 0x01 : 0;
    if (is_stuck())
        return status;
    /* The byte that is being shifted out no longer occupies the FIFO. */
    if (uart.waiting <= (uart.fifo_on ? 1 : 0))
        status |= 0x20;
    if (uart.waiting == 0 && !uart.never_all_sent)
        status |= 0x40;
    return status;
}

static uint8_t take_received(void)
{
    uint8_t byte = uart.received[0];
    if (uart.received_count > 0)
        uart.received_count--;
    memmove(uart.received, uart.received + 1, FIFO - 1);
    return byte;
}

static uint8_t model_read(const struct serial_setting *at, unsigned number)
{
    unsigned reg = register_of(at, number);
    bool dlab = uart.line_control & 0x80;
    if (uart.absent)
        return 0xff;
    switch (reg) {
    case 0:
        return dlab ? (uart.no_divisor ? 0 : (uint8_t)uart.divisor) : take_received();
    case 1:
        return dlab ? (uint8_t)(uart.divisor >> 8) : uart.interrupt_enable;
    case 2:
        return uart.fifo_on ? 0xc1 : 0x01;
    case 3:
        return uart.line_control;
    case 4:
        return uart.modem_control;
    case 5:
        return line_status();
    case 7:
        return uart.no_scratch ? 0xff : uart.scratch;
    default:
        return 0;
    }
}

static void send(uint8_t byte)
{
    if (uart.modem_control & 0x10) {
        uart.looping = true;
        uart.looped = uart.loop_back_broken ? (uint8_t)(byte + 1) : byte;
        uart.looped_at = uart.now + byte_time();
        return;
    }
    /* A byte that does not fit would be lost. */
    assert_in_range(uart.waiting, 0, uart.fifo_on ? FIFO : 0);
    assert_in_range(uart.count, 0, SENT_MAX - 1);
    assert_int_equal(uart.line_control, 0x03); /* 8 bits, no parity, 1 stop bit */
    uart.sent[uart.count++] = byte;
    if (uart.waiting++ == 0)
        uart.next = uart.now + byte_time();
}

static void model_write(const struct serial_setting *at, unsigned number, uint8_t value)
{
    unsigned reg = register_of(at, number);
    bool dlab = uart.line_control & 0x80;
    if (uart.absent)
        return;
    switch (reg) {
    case 0:
        if (dlab)
            uart.divisor = (uint16_t)((uart.divisor & 0xff00) | value);
        else
            send(value);
        uart.sets_divisor |= dlab;
        break;
    case 1:
        if (dlab)
            uart.divisor = (uint16_t)((uart.divisor & 0x00ff) | value << 8);
        else
            uart.interrupt_enable = value;
        break;
    case 2:
        if (uart.fifo_present) {
            uart.fifo_on = value & 0x01;
            uart.received_count = value & 0x02 && !uart.keeps_received ? 0 : uart.received_count;
            uart.lost += value & 0x04 ? uart.waiting : 0;
            uart.waiting = value & 0x04 ? 0 : uart.waiting;
        }
        break;
    case 3:
        uart.line_control = value;
        break;
    case 4:
        uart.modem_control = value;
        break;
    case 7:
        uart.scratch = value;
        break;
    default:
        fail_msg("write to register %u", reg);
    }
}

static const struct serial_io io = {model_read, model_write};
static struct serial serial;

/* A 16550 as some firmware leaves it: DLAB, FIFO and loop-back off, interrupts on, another
 * divisor. */
static int power_on(void **state)
{
    (void)state;
    memset(&uart, 0, sizeof uart);
    uart.base = 0x3f8;
    uart.fifo_present = true;
    uart.interrupt_enable = 0x0f;
    uart.line_control = 0x1a;
    uart.divisor = 0xabcd;
    return 0;
}

static void open_at(uint16_t port, uint32_t baud)
{
    memset(&serial, 0xa5, sizeof serial);
    serial_open(&serial, &io, serial_at_port(port, baud));
}

static void put(const char *bytes)
{
    for (; *bytes; bytes++)
        serial_put(&serial, (uint8_t)*bytes);
}

static void assert_sent(const char *bytes)
{
    assert_int_equal(uart.count, strlen(bytes));
    assert_memory_equal(uart.sent, bytes, uart.count);
}

/* Three times the size of a FIFO; adjacent bytes differ. */
static const char long_text[] = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLM";

static void sets_a_16550_up(void **state)
{
    (void)state;
    open_at(0x3f8, 115200);
    assert_true(serial.alive);
    assert_int_equal(uart.line_control, 0x03); /* 8 bits, no parity, 1 stop bit, DLAB off */
    assert_int_equal(uart.interrupt_enable, 0);
    assert_int_equal(uart.modem_control, 0x03); /* DTR and RTS, no loop-back */
    assert_int_equal(uart.divisor, 1);
    assert_true(uart.fifo_on);
    assert_int_equal(uart.count, 0); /* the probe was not sent */
}

/* The boot loader's last line is still being sent, at the loader's baud rate. */
static void waits_for_what_is_being_sent(void **state)
{
    static const struct {
        uint16_t divisor;
        uint32_t theirs, ours;
    } cases[] = {{12, 9600, 115200}, {384, 300, 300}, {384, 300, 0}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        (void)power_on(state);
        uart.fifo_on = true;
        uart.divisor = cases[i].divisor;
        uart.waiting = FIFO;
        uart.next = byte_time();
        open_at(0x3f8, cases[i].ours);
        assert_true(serial.alive);
        assert_int_equal(uart.lost, 0);
        assert_in_range(uart.now, FIFO * 10 * 1000000ull / cases[i].theirs, 1000000);
    }
}

/* The divisor is 115200 / baud, split into two registers. */
static void programs_the_divisor_of_each_baud(void **state)
{
    static const struct {
        uint32_t baud;
        uint16_t divisor;
    } cases[] = {
        {115200, 1}, {57600, 2}, {38400, 3}, {28800, 4}, {19200, 6}, {14400, 8}, {9600, 12},
        {4800, 24},  {2400, 48}, {1200, 96}, {600, 192}, {450, 256}, {300, 384},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        (void)power_on(state);
        open_at(0x3f8, cases[i].baud);
        assert_true(serial.alive);
        assert_int_equal(uart.divisor, cases[i].divisor);
    }
}

/* Clocks other than a PC's. If no divisor gives the rate, the port keeps its divisor. */
static void programs_the_divisor_by_the_clock(void **state)
{
    static const struct {
        uint32_t clock, baud;
        uint16_t divisor; /* 0: the divisor is not set */
        uint32_t found;
    } cases[] = {
        {1843200, 9600, 12, 9600},
        {48000000, 115200, 26, 115200},
        {24000000, 1500000, 1, 1500000},
        {1800000, 115200, 1, 115200}, /* 2 % too slow is accepted */
        {1750000, 115200, 0, 109375}, /* 5 % too slow is not */
        {0, 230400, 0, 115200},
        {4800, 300, 1, 300},
        {4799, 300, 384, 300}, /* too slow for a UART clock: the PC's clock is used */
        {8, 38400, 3, 38400},
        {0, 1500000, 0, 115200},
        {48000000, 2000000, 0, 3000000},
        {314559008, 300, 65533, 300},
        {UINT32_MAX, 300, 0, UINT32_MAX / 16},
        {48000000, 0, 0, 3000000},
        {48000000, UINT32_MAX, 0, 3000000},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        (void)power_on(state);
        struct serial_setting at = serial_at_port(0x3f8, cases[i].baud);
        uart.divisor = 1;
        at.clock = cases[i].clock;
        uart.clock = at.clock < 4800 ? 0 : at.clock;
        serial_open(&serial, &io, at);
        assert_true(serial.alive);
        assert_int_equal(uart.sets_divisor, cases[i].divisor != 0);
        assert_int_equal(uart.divisor, cases[i].divisor != 0 ? cases[i].divisor : 1);
        assert_int_equal(serial.at.baud, cases[i].found);
    }
}

/* Without a requested baud rate, the port keeps its current rate, and the bound of a wait fits that
 * rate. */
static void takes_the_divisor_as_it_is(void **state)
{
    static const struct {
        uint16_t divisor;
        uint32_t baud;
    } cases[] = {{1, 115200}, {12, 9600}, {384, 300}, {0, 115200}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        (void)power_on(state);
        uart.divisor = cases[i].divisor;
        if (cases[i].divisor == 0) /* means 65536 to a real UART, but nobody sends that slowly */
            uart.divisor = 1, uart.no_divisor = true;
        open_at(0x3f8, 0);
        assert_int_equal(serial.at.baud, cases[i].baud);
        assert_false(uart.sets_divisor);
        assert_true(serial.alive);
        put(long_text);
        assert_sent(long_text);
    }
}

/* Waits are long enough for the slowest port: at 300 baud, a full FIFO takes half a second. */
static void sends_in_order_at_each_speed(void **state)
{
    static const uint32_t bauds[] = {115200, 9600, 300};
    for (unsigned fifo = 0; fifo < 2; fifo++) {
        for (size_t i = 0; i < ARRAY_COUNT(bauds); i++) {
            (void)power_on(state);
            uart.fifo_present = fifo;
            open_at(0x3f8, bauds[i]);
            put(long_text);
            assert_true(serial.alive);
            assert_sent(long_text);
            serial_flush(&serial);
            assert_true(serial.alive);
            assert_int_equal(uart.waiting, 0);
        }
    }
}

static void sends_every_byte_there_is(void **state)
{
    (void)state;
    open_at(0x3f8, 115200);
    for (unsigned i = 0; i < 256; i++)
        serial_put(&serial, (uint8_t)i);
    assert_int_equal(uart.count, 256);
    for (unsigned i = 0; i < 256; i++)
        assert_int_equal(uart.sent[i], i);
}

/* With a FIFO, the status is read once for sixteen bytes; without a FIFO, once for each byte. */
static void fills_the_fifo(void **state)
{
    uint64_t before;
    open_at(0x3f8, 115200);
    before = uart.now;
    put("0123456789abcdef");
    assert_int_equal(uart.now - before, 17);
    (void)power_on(state);
    uart.fifo_present = false;
    open_at(0x3f8, 115200);
    before = uart.now;
    put("0");
    assert_int_equal(uart.now - before, 2);
    assert_int_equal(uart.waiting, 1);
    put("1"); /* must wait for the previous byte */
    assert_true(uart.now - before > 80);
}

/* If the FIFO cannot be cleared, bytes that were received before the probe are still there. */
static void what_was_received_before_is_no_probe(void **state)
{
    (void)state;
    uart.fifo_present = false;
    receive('q');
    open_at(0x3f8, 115200);
    assert_true(serial.alive);
}

static void other_ports_work_too(void **state)
{
    static const uint16_t ports[] = {0x2f8, 0x3e8, 0x8, 0xfff8};
    for (size_t i = 0; i < ARRAY_COUNT(ports); i++) {
        (void)power_on(state);
        uart.base = ports[i];
        open_at(ports[i], 115200);
        put("x");
        assert_sent("x");
    }
}

/* Checks that the port is dead, that this took at most a tenth of a second plus four times the time
 * for a FIFO, and that the port is not accessed again. */
static void assert_dead(void)
{
    uint64_t before;
    assert_false(serial.alive);
    assert_in_range(uart.now, 0, 200000);
    before = uart.now;
    put(long_text);
    serial_flush(&serial);
    assert_int_equal(uart.now, before);
    assert_int_equal(uart.count, 0);
}

static void no_port_is_no_access(void **state)
{
    (void)state;
    open_at(0, 115200);
    assert_int_equal(uart.now, 0);
    assert_dead();
}

static void an_absent_port_is_found_out_at_once(void **state)
{
    (void)state;
    uart.absent = true;
    open_at(0x3f8, 115200);
    assert_in_range(uart.now, 1, 4);
    assert_dead();
}

static void a_port_without_scratch_register_is_none(void **state)
{
    (void)state;
    uart.no_scratch = true;
    open_at(0x3f8, 115200);
    assert_dead();
    assert_false(uart.sets_divisor);
}

/* If the address is not a UART, its old value is restored, because it may belong to any device. */
static void what_was_written_to_scratch_is_put_back(void **state)
{
    (void)state;
    uart.scratch = 0x37;
    open_at(0x3f8, 115200);
    assert_true(serial.alive);
    assert_int_equal(uart.scratch, 0x37);
}

static void a_port_without_loop_back_is_none(void **state)
{
    uart.loop_back_broken = true;
    open_at(0x3f8, 115200);
    assert_dead();
    assert_int_equal(uart.modem_control & 0x10, 0);
    (void)power_on(state);
    uart.deaf = true;
    open_at(0x3f8, 115200);
    assert_dead();
    assert_int_equal(uart.modem_control & 0x10, 0);
}

/* The bound of a wait at each speed: four times sixteen characters plus a tenth of a second. */
static void assert_bounded(uint64_t polls, uint32_t baud)
{
    assert_in_range(polls, 160 * (1000000 / baud), 160 * (1000000 / baud + 1) * 5 + 200000);
}

/* The bound also holds if the rate is read from the port. Until then, the slowest rate applies. */
static void a_rate_that_is_found_bounds_the_wait(void **state)
{
    (void)state;
    uart.never_ready = true;
    uart.divisor = 1;
    open_at(0x3f8, 0);
    assert_true(serial.alive);
    assert_bounded(uart.now, 300);
    const uint64_t before = uart.now;
    serial_put(&serial, 'x');
    assert_false(serial.alive);
    assert_bounded(uart.now - before, 115200);
}

/* A port that is three times slower than its rate, or whose registers are read three times
 * faster. */
static void a_slow_port_is_waited_for(void **state)
{
    (void)state;
    uart.clock = 1843200 / 3;
    open_at(0x3f8, 300);
    put(long_text);
    assert_true(serial.alive);
    assert_sent(long_text);
}

static void a_port_that_is_never_ready_is_given_up_once(void **state)
{
    static const uint32_t bauds[] = {115200, 9600, 300};
    for (size_t i = 0; i < ARRAY_COUNT(bauds); i++) {
        uint64_t before;
        (void)power_on(state);
        uart.never_ready = true;
        open_at(0x3f8, bauds[i]);
        assert_true(serial.alive); /* the loop-back works */
        before = uart.now;
        serial_put(&serial, 'x');
        assert_false(serial.alive);
        assert_int_equal(uart.count, 0);
        assert_bounded(uart.now - before, bauds[i]);
        before = uart.now;
        put(long_text);
        serial_flush(&serial);
        assert_int_equal(uart.now, before);
        assert_int_equal(uart.count, 0);
    }
}

/* The port stops working later, for example a cable with flow control or a virtual port without a
 * reader. */
static void a_port_that_gets_stuck_is_given_up_once(void **state)
{
    for (unsigned after = 1; after < 40; after++) {
        uint64_t before;
        (void)power_on(state);
        uart.stuck_after = after;
        open_at(0x3f8, 115200);
        put(long_text);
        assert_false(serial.alive);
        /* The bytes in the FIFO are lost, but no byte is sent out of order. */
        assert_in_range(uart.count, after, after + FIFO);
        assert_memory_equal(uart.sent, long_text, uart.count);
        assert_in_range(uart.now, 0, 250000);
        before = uart.now;
        put(long_text);
        serial_flush(&serial);
        assert_int_equal(uart.now, before);
    }
}

static void a_flush_that_never_ends_is_given_up_once(void **state)
{
    uint64_t before;
    (void)state;
    uart.never_all_sent = true;
    open_at(0x3f8, 9600);
    put("abc");
    assert_true(serial.alive);
    before = uart.now;
    serial_flush(&serial);
    assert_false(serial.alive);
    assert_bounded(uart.now - before, 9600);
    before = uart.now;
    serial_flush(&serial);
    put("d");
    assert_int_equal(uart.now, before);
}

/* A flush in the middle does not affect later bytes. */
static void can_be_flushed_and_go_on(void **state)
{
    (void)state;
    open_at(0x3f8, 115200);
    serial_flush(&serial);
    put("ab");
    serial_flush(&serial);
    assert_int_equal(uart.waiting, 0);
    put("cd");
    serial_flush(&serial);
    assert_sent("abcd");
}

/* Bytes that a terminal sent before the boot are in the FIFO and must not count as the probe. */
static void old_input_in_the_fifo_is_no_answer(void **state)
{
    (void)state;
    uart.fifo_on = true;
    receive('q');
    receive('r');
    open_at(0x3f8, 115200);
    assert_true(serial.alive);
    put("x");
    assert_sent("x");
}

/* Some clones of the 16550 ignore the command to clear the FIFO. */
static void a_full_fifo_is_read_empty(void **state)
{
    (void)state;
    uart.fifo_on = uart.keeps_received = true;
    for (unsigned i = 0; i < FIFO; i++)
        receive('q');
    open_at(0x3f8, 115200);
    assert_true(serial.alive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sets_a_16550_up, power_on),
        cmocka_unit_test_setup(waits_for_what_is_being_sent, power_on),
        cmocka_unit_test_setup(takes_the_divisor_as_it_is, power_on),
        cmocka_unit_test_setup(programs_the_divisor_of_each_baud, power_on),
        cmocka_unit_test_setup(programs_the_divisor_by_the_clock, power_on),
        cmocka_unit_test_setup(sends_in_order_at_each_speed, power_on),
        cmocka_unit_test_setup(sends_every_byte_there_is, power_on),
        cmocka_unit_test_setup(fills_the_fifo, power_on),
        cmocka_unit_test_setup(what_was_received_before_is_no_probe, power_on),
        cmocka_unit_test_setup(other_ports_work_too, power_on),
        cmocka_unit_test_setup(no_port_is_no_access, power_on),
        cmocka_unit_test_setup(an_absent_port_is_found_out_at_once, power_on),
        cmocka_unit_test_setup(a_port_without_scratch_register_is_none, power_on),
        cmocka_unit_test_setup(what_was_written_to_scratch_is_put_back, power_on),
        cmocka_unit_test_setup(a_port_without_loop_back_is_none, power_on),
        cmocka_unit_test_setup(a_rate_that_is_found_bounds_the_wait, power_on),
        cmocka_unit_test_setup(a_slow_port_is_waited_for, power_on),
        cmocka_unit_test_setup(a_port_that_is_never_ready_is_given_up_once, power_on),
        cmocka_unit_test_setup(a_port_that_gets_stuck_is_given_up_once, power_on),
        cmocka_unit_test_setup(a_flush_that_never_ends_is_given_up_once, power_on),
        cmocka_unit_test_setup(can_be_flushed_and_go_on, power_on),
        cmocka_unit_test_setup(old_input_in_the_fifo_is_no_answer, power_on),
        cmocka_unit_test_setup(a_full_fifo_is_read_empty, power_on),
    };
    return cmocka_run_group_tests_name("serial", tests, NULL, NULL);
}
