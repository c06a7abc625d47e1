/* Tries the candidates for each kind of request. */
#include "kernel/serial/find.h"

#include "lib/bits.h"

/* The state of the search. */
struct search {
    struct serial *serial;
    const struct serial_machine *machine;
    uint64_t in_memory; /* as in struct serial_found */
};

/* Returns true if RAM may be at the address of the registers. The search must then skip it, because
 * probing for a UART writes to the registers. */
static bool is_memory(struct search *search, const struct serial_setting *at)
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
    if (is_memory(search, &at))
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

/* Tries all strides if the stride is unknown: PCI does not report it for registers in memory. */
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

/* Tries every kind of port. requested_baud is 0 if the command line gives no rate; SPCR then uses
 * its own. */
static const char *try_all(struct search *search, uint32_t baud, uint32_t requested_baud)
{
    const struct serial_wish any = {.kind = SERIAL_PCI, .any_index = true};
    if (try_spcr(search, requested_baud))
        return "spcr";
    const char *com = try_coms(search, baud);
    if (com != NULL)
        return com;
    return try_pci(search, &any, baud) ? "pci" : NULL;
}

/* Tries the address from the command line. If RAM may be there, tries every other port, so that the
 * error can be printed. */
static const char *try_address(struct search *search, const struct serial_wish *wish, uint32_t baud)
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
        return try_address(search, wish, baud);
    case SERIAL_SPCR: /* uses its own baud rate if the command line gives none */
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
