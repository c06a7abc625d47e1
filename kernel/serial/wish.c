/* Parses serial=<which>[,<baud>]. */
#include "kernel/serial/wish.h"

#include "lib/bits.h"

const uint16_t serial_com[SERIAL_COMS] = {0x3f8, 0x2f8, 0x3e8, 0x2e8};

enum {
    PCI_LAST = 99,
};

static bool parse_memory(struct text value, struct serial_wish *wish)
{
    struct text address_text, stride_text;
    uint64_t address, stride = 1;
    if (text_split(value, '/', &address_text, &stride_text) && !text_number(stride_text, &stride))
        return false;
    if (!text_number(address_text, &address) || address == 0 || address > SERIAL_MEMORY_LAST)
        return false;
    if ((stride != 1 && stride != 2 && stride != 4) || !is_aligned(address, stride))
        return false;
    wish->kind = SERIAL_AT;
    wish->at = (struct serial_setting){.space = SERIAL_MEMORY,
                                       .address = address,
                                       .stride = (uint8_t)stride,
                                       .width = (uint8_t)stride};
    return true;
}

static bool parse_pci(struct text number, struct serial_wish *wish)
{
    uint64_t index = 0;
    wish->any_index = number.length == 0;
    if (!wish->any_index && (!text_number(number, &index) || index > PCI_LAST))
        return false;
    wish->kind = SERIAL_PCI;
    wish->index = (unsigned)index;
    return true;
}

static bool parse_com(struct text number, struct serial_wish *wish)
{
    uint64_t which;
    if (!text_number(number, &which) || which < 1 || which > SERIAL_COMS)
        return false;
    wish->kind = SERIAL_AT;
    wish->at = serial_at_port(serial_com[which - 1], 0);
    return true;
}

static bool parse_port(struct text value, struct serial_wish *wish)
{
    uint64_t port;
    if (!text_number(value, &port) || port == 0 || port > SERIAL_PORT_LAST)
        return false;
    wish->kind = SERIAL_AT;
    wish->at = serial_at_port((uint16_t)port, 0);
    return true;
}

static const struct {
    const char *prefix;
    bool (*parse)(struct text rest, struct serial_wish *wish);
} forms[] = {{"mem:", parse_memory}, {"pci", parse_pci}, {"com", parse_com}, {"", parse_port}};

/* Returns the text after its prefix. */
static struct text after(struct text text, const char *prefix)
{
    for (; *prefix != '\0'; prefix++, text.at++, text.length--)
        ;
    return text;
}

static bool parse_which(struct text which, struct serial_wish *wish)
{
    static const struct {
        const char *name;
        enum serial_kind kind;
    } kinds[] = {{"auto", SERIAL_AUTO}, {"none", SERIAL_NONE}, {"spcr", SERIAL_SPCR}};
    for (unsigned i = 0; i < ARRAY_COUNT(kinds); i++) {
        wish->kind = kinds[i].kind;
        if (text_equal(which, kinds[i].name))
            return true;
    }
    for (unsigned i = 0;; i++) {
        if (text_starts_with(which, forms[i].prefix))
            return forms[i].parse(after(which, forms[i].prefix), wish);
    }
}

bool serial_wish_parse(struct text value, struct serial_wish *wish)
{
    struct serial_wish read = {.kind = SERIAL_NONE};
    struct text which, baud_text;
    uint64_t baud = 0;
    const bool has_baud = text_split(value, ',', &which, &baud_text);
    if (!parse_which(which, &read))
        return false;
    if (has_baud && (read.kind == SERIAL_NONE || !text_number(baud_text, &baud) ||
                     baud < SERIAL_BAUD_MIN || SERIAL_BAUD % baud != 0))
        return false;
    read.baud = (uint32_t)baud;
    *wish = read;
    return true;
}
