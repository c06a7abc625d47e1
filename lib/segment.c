/* Decodes segment descriptors. */
#include "lib/segment.h"

#include "lib/bits.h"
#include "lib/string.h"

#define DESCRIPTOR_S BIT(44) /* 1: code or data segment; 0: system descriptor */
#define DESCRIPTOR_G BIT(55) /* the limit is in units of 4 KiB */

struct segment segment_decode(uint16_t selector, uint64_t low, uint64_t high)
{
    uint32_t units = (uint32_t)(bits_get(low, 51, 48) << 16 | bits_get(low, 15, 0));
    return (struct segment){
        .selector = selector,
        .limit = low & DESCRIPTOR_G ? units << 12 | 0xfff : units,
        .access_rights = (uint32_t)(bits_get(low, 47, 40) | bits_get(low, 55, 52) << 12),
        .base = bits_get(low, 39, 16) | bits_get(low, 63, 56) << 24 | bits_get(high, 31, 0) << 32,
    };
}

bool segment_split(const void *table, uint16_t limit, uint16_t selector, struct segment *segment)
{
    unsigned offset = selector & SELECTOR_INDEX;
    uint64_t low, high = 0;
    if ((selector & ~SELECTOR_RPL) == 0) { /* index 0 of the GDT */
        *segment = (struct segment){.selector = selector, .access_rights = ACCESS_RIGHTS_UNUSABLE};
        return true;
    }
    if (offset + sizeof low - 1 > limit)
        return false;
    memcpy(&low, (const uint8_t *)table + offset, sizeof low);
    if (!(low & DESCRIPTOR_S)) {
        if (offset + sizeof low + sizeof high - 1 > limit)
            return false;
        memcpy(&high, (const uint8_t *)table + offset + sizeof low, sizeof high);
    }
    *segment = segment_decode(selector, low, high);
    return true;
}
