/* Each kind of wish, and its candidates. */
#include "kernel/serial/find.h"

#include "lib/bits.h"

/* A search under way. */
struct search {
    struct serial *serial;
    const struct serial_machine *machine;
    uint64_t in_memory;
};

/* To look for a UART is to write. */
static bool left_alone(struct search *search, const struct serial_setting *at)
{
    const uint64_t size = (uint64_t)SERIAL_REGISTERS * at->stride;
    if (at->space != SERIAL_MEMORY || at->address == 0 ||
        !search->machine->may_be_memory(at->address, size))
        return false;
    if (search->in_memory == 0)
        search->in_memory = at->address;
    return true;
}

static bool try(struct search *search, struct serial_setting at, uint32_t baud)
{
    if (baud != 0)
        at.baud = baud;
    if (left_alone(search, &at))
        return false;
    serial_open(search->serial, search->machine->io, at);
    return search->serial->alive;
}

static bool try_spcr(struct search *search, uint32_t baud)
{
    return try(search, search->machine->spcr, baud);
}

static const char *try_coms(struct search *search, uint32_t baud)
{
    static const char *const names[SERIAL_COMS] = {"com1", "com2", "com3", "com4"};
    for (unsigned i = 0; i < SERIAL_COMS; i++) {
        if (try(search, serial_at_port(serial_com[i], baud), baud))
            return names[i];
    }
    return NULL;
}

/* PCI does not tell how far apart registers in memory are. */
static bool try_strides(struct search *search, struct serial_setting at, uint32_t baud)
{
    static const uint8_t strides[] = {1, 4, 2};
    if (at.stride != 0)
        return try(search, at, baud);
    for (unsigned i = 0; i < ARRAY_COUNT(strides); i++) {
        at.stride = at.width = strides[i];
        if (try(search, at, baud))
            return true;
    }
    return false;
}

static bool try_pci(struct search *search, const struct serial_wish *wish, uint32_t baud)
{
    struct serial_setting ports[PCI_SERIAL_MAX];
    const unsigned count = pci_serial_ports(search->machine->pci, ports);
    for (unsigned i = 0; i < count; i++) {
        if ((wish->any_index || wish->index == i) && try_strides(search, ports[i], baud))
            return true;
    }
    return false;
}

static const char *try_all(struct search *search, uint32_t baud, uint32_t wished_baud)
{
    const struct serial_wish any = {.kind = SERIAL_PCI, .any_index = true};
    if (try_spcr(search, wished_baud))
        return "spcr";
    const char *com = try_coms(search, baud);
    if (com != NULL)
        return com;
    return try_pci(search, &any, baud) ? "pci" : NULL;
}

/* What is wrong with a wish is to be told somewhere. */
static const char *try_wished(struct search *search, const struct serial_wish *wish, uint32_t baud)
{
    if (try(search, wish->at, baud))
        return "cmdline";
    return search->in_memory != 0 ? try_all(search, baud, wish->baud) : NULL;
}

static const char *find(struct search *search, const struct serial_wish *wish)
{
    const uint32_t baud = wish->baud != 0 ? wish->baud : SERIAL_BAUD;
    switch (wish->kind) {
    case SERIAL_AUTO:
        return try_all(search, baud, wish->baud);
    case SERIAL_NONE:
        return NULL;
    case SERIAL_AT:
        return try_wished(search, wish, baud);
    case SERIAL_SPCR: /* whose own baud rate counts where none is wished for */
        return try_spcr(search, wish->baud) ? "spcr" : NULL;
    case SERIAL_PCI:
        return try_pci(search, wish, baud) ? "pci" : NULL;
    }
    return NULL;
}

struct serial_found serial_find(struct serial *serial, const struct serial_machine *machine,
                                const struct serial_wish *wish)
{
    struct search search = {serial, machine, 0};
    *serial = (struct serial){0};
    const char *source = find(&search, wish);
    return (struct serial_found){source, search.in_memory};
}
