/* Registers are as far apart as they are wide. Firmware that writes 8 bits for those and a wider
 * access means the latter. */
#include "kernel/serial/spcr.h"

#include "lib/bits.h"

enum {
    INTERFACE_16550 = 0x00,
    INTERFACE_16450 = 0x01,
    INTERFACE_16550_ADDRESS = 0x12, /* with all that the address structure says */
};

static bool is_16550(uint8_t interface)
{
    return interface == INTERFACE_16550 || interface == INTERFACE_16450 ||
           interface == INTERFACE_16550_ADDRESS;
}

/* 0: as it is set. */
static uint32_t baud_of(const struct acpi_spcr *spcr)
{
    static const uint32_t bauds[] = {[3] = 9600, [4] = 19200, [6] = 57600, [7] = 115200};
    if (spcr->precise_baud != 0)
        return spcr->precise_baud;
    return spcr->baud_code < ARRAY_COUNT(bauds) ? bauds[spcr->baud_code] : 0;
}

static uint8_t register_bytes(const struct acpi_address *base)
{
    const unsigned code = base->access_size; /* 1 to 4: bytes are a power of two; 0: not said */
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
    if (spcr->base.space == ACPI_SPACE_MEMORY && address <= SERIAL_MEMORY_LAST)
        at = (struct serial_setting){
            .space = SERIAL_MEMORY, .address = address, .stride = bytes, .width = bytes};
    at.baud = baud_of(spcr);
    at.clock = spcr->clock;
    return at;
}
