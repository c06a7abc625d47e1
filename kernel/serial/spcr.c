/* Converts the SPCR table to the setting of a serial port. The distance between registers is their
 * width. If the register width and the access size differ, the larger one counts: some firmware
 * gives 8-bit registers with a wider access size. */
#include "kernel/serial/spcr.h"

#include "lib/bits.h"

enum {
    INTERFACE_16550 = 0x00,
    INTERFACE_16450 = 0x01,
    INTERFACE_16550_ADDRESS = 0x12, /* 16550 with the layout of the generic address structure */
};

static bool is_16550(uint8_t interface)
{
    return interface == INTERFACE_16550 || interface == INTERFACE_16450 ||
           interface == INTERFACE_16550_ADDRESS;
}

/* Returns the baud rate, or 0 to keep the current one. */
static uint32_t baud_of(const struct acpi_spcr *spcr)
{
    static const uint32_t bauds[] = {[3] = 9600, [4] = 19200, [6] = 57600, [7] = 115200};
    if (spcr->precise_baud != 0)
        return spcr->precise_baud;
    return spcr->baud_code < ARRAY_COUNT(bauds) ? bauds[spcr->baud_code] : 0;
}

/* Returns the width of a register in bytes: 1, 2 or 4. */
static uint8_t register_bytes(const struct acpi_address *base)
{
    const unsigned code = base->access_size; /* 1 to 4: 1 << (code - 1) bytes; 0: not given */
    const unsigned access = code >= 1 && code <= 4 ? 1u << (code - 1) : 1;
    const unsigned width = base->bit_width / 8;
    const unsigned bytes = access > width ? access : width;
    return bytes == 2 || bytes == 4 ? (uint8_t)bytes : 1;
}

struct serial_setting serial_from_spcr(const struct acpi_spcr *spcr)
{
    const struct serial_setting none = {0};
    const uint64_t address = spcr->base.address;
    const uint8_t bytes = register_bytes(&spcr->base);
    if (!is_16550(spcr->interface) || address == 0)
        return none;
    struct serial_setting at = none;
    if (spcr->base.space == ACPI_SPACE_IO && address <= SERIAL_PORT_LAST)
        at = serial_at_port((uint16_t)address, 0);
    if (spcr->base.space == ACPI_SPACE_MEMORY && address <= SERIAL_MEMORY_LAST) {
        at = (struct serial_setting){
            .space = SERIAL_MEMORY, .address = address, .stride = bytes, .width = bytes};
    }
    at.baud = baud_of(spcr);
    at.clock = spcr->clock;
    return at;
}
