/* Reads the prefixes of an instruction. */
#include "vmx/cpu/prefix.h"

#include "vmx/cpu/linear.h"

enum { LENGTH_MAX = 15, REX = 0x40, REX_MASK = 0xf0, REX_W = 0x08 };

/* The prefixes found so far. */
struct found {
    bool operand, address; /* operand-size and address-size prefix */
    bool wide;             /* REX.W */
    unsigned segment;
};

/* Adds a byte to the prefixes found. Returns false if it is not a prefix. */
static bool take(struct found *found, uint8_t byte, bool is_64_bit)
{
    static const struct {
        uint8_t byte, segment;
    } overrides[] = {{0x26, GUEST_ES}, {0x2e, GUEST_CS}, {0x36, GUEST_SS},
                     {0x3e, GUEST_DS}, {0x64, GUEST_FS}, {0x65, GUEST_GS}};
    const bool rex = is_64_bit && (byte & REX_MASK) == REX;
    found->wide = rex && (byte & REX_W); /* a prefix after REX makes REX void */
    for (unsigned i = 0; i < sizeof overrides / sizeof overrides[0]; i++) {
        if (overrides[i].byte != byte)
            continue;
        found->segment = overrides[i].segment;
        return true;
    }
    found->operand |= byte == 0x66;
    found->address |= byte == 0x67;
    return rex || byte == 0x66 || byte == 0x67 || byte == 0xf0 || byte == 0xf2 || byte == 0xf3;
}

bool guest_prefixes_read(struct guest_cpu *cpu, unsigned length, struct guest_prefixes *prefixes)
{
    const bool is_64_bit = guest_cpu_is_64_bit(cpu);
    const struct segment *cs = &cpu->segments[GUEST_CS];
    const uint64_t linear = is_64_bit ? cpu->rip : (cs->base + cpu->rip) & UINT32_MAX;
    const bool is_32_bit = (cs->access_rights & ACCESS_RIGHTS_DB) != 0;
    struct found found = {.segment = GUEST_DS};
    uint8_t bytes[LENGTH_MAX];
    length = length < LENGTH_MAX ? length : LENGTH_MAX;
    if (!guest_linear_read(cpu, linear, bytes, length, GUEST_FETCHED))
        return false;
    for (unsigned i = 0; i < length; i++) {
        struct found before = found;
        if (take(&found, bytes[i], is_64_bit))
            continue;
        found = before;
        break;
    }
    if (is_64_bit) {
        const unsigned narrow = found.operand ? 2 : 4;
        *prefixes =
            (struct guest_prefixes){found.wide ? 8 : narrow, found.address ? 4 : 8, found.segment};
    } else {
        *prefixes = (struct guest_prefixes){is_32_bit != found.operand ? 4 : 2,
                                            is_32_bit != found.address ? 4 : 2, found.segment};
    }
    return true;
}
