/* Each kind of wish, and its candidates. */
#include "kernel/serial_find.h"

#include "lib/bits.h"

static bool try(struct serial *serial, const struct serial_machine *machine,
                struct serial_setting at, uint32_t baud)
{
    if (baud != 0)
        at.baud = baud;
    serial_open(serial, machine->io, at);
    return serial->alive;
}

static bool try_spcr(struct serial *serial, const struct serial_machine *machine, uint32_t baud)
{
    return try(serial, machine, machine->spcr, baud);
}

static const char *try_coms(struct serial *serial, const struct serial_machine *machine,
                            uint32_t baud)
{
    static const char *const names[SERIAL_COMS] = {"com1", "com2", "com3", "com4"};
    for (unsigned i = 0; i < SERIAL_COMS; i++) {
        if (try(serial, machine, serial_at_port(serial_com[i], baud), baud))
            return names[i];
    }
    return NULL;
}

/* PCI does not tell how far apart registers in memory are. */
static bool try_strides(struct serial *serial, const struct serial_machine *machine,
                        struct serial_setting at, uint32_t baud)
{
    static const uint8_t strides[] = {1, 4, 2};
    if (at.stride != 0)
        return try(serial, machine, at, baud);
    for (unsigned i = 0; i < ARRAY_COUNT(strides); i++) {
        at.stride = at.width = strides[i];
        if (try(serial, machine, at, baud))
            return true;
    }
    return false;
}

static bool try_pci(struct serial *serial, const struct serial_machine *machine,
                    const struct serial_wish *wish, uint32_t baud)
{
    struct serial_setting ports[PCI_SERIAL_MAX];
    const unsigned count = pci_serial_ports(machine->pci, ports);
    for (unsigned i = 0; i < count; i++) {
        if ((wish->any_index || wish->index == i) && try_strides(serial, machine, ports[i], baud))
            return true;
    }
    return false;
}

static const char *try_all(struct serial *serial, const struct serial_machine *machine,
                           uint32_t baud, uint32_t wished_baud)
{
    const struct serial_wish any = {.kind = SERIAL_PCI, .any_index = true};
    if (try_spcr(serial, machine, wished_baud))
        return "spcr";
    const char *com = try_coms(serial, machine, baud);
    if (com != NULL)
        return com;
    return try_pci(serial, machine, &any, baud) ? "pci" : NULL;
}

const char *serial_find(struct serial *serial, const struct serial_machine *machine,
                        const struct serial_wish *wish)
{
    const uint32_t baud = wish->baud != 0 ? wish->baud : SERIAL_BAUD;
    *serial = (struct serial){0};
    switch (wish->kind) {
    case SERIAL_AUTO:
        return try_all(serial, machine, baud, wish->baud);
    case SERIAL_NONE:
        return NULL;
    case SERIAL_AT:
        return try(serial, machine, wish->at, baud) ? "cmdline" : NULL;
    case SERIAL_SPCR: /* whose own baud rate counts where none is wished for */
        return try_spcr(serial, machine, wish->baud) ? "spcr" : NULL;
    case SERIAL_PCI:
        return try_pci(serial, machine, wish, baud) ? "pci" : NULL;
    }
    return NULL;
}
