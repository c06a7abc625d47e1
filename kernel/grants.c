/* Parsing the lists. */
#include "kernel/grants.h"

enum {
    PORTS = 0x10000,
    MSRS_IN_HALF = 0x2000, /* MSRs that each half of the MSR bitmap covers */
};

#define MSR_HIGH UINT32_C(0xc0000000)

static bool parse_range(struct text text, uint64_t most, struct grant *grant)
{
    struct text first_text, last_text;
    uint64_t first, last;
    bool is_range = text_split(text, '-', &first_text, &last_text);
    if (!text_number(first_text, &first))
        return false;
    last = first;
    if (is_range && !text_number(last_text, &last))
        return false;
    *grant = (struct grant){(uint32_t)first, (uint32_t)last};
    return first <= last && last <= most;
}

static bool parse(struct text text, uint64_t most, struct grant *grant, unsigned *count)
{
    struct text one;
    bool more = true;
    *count = 0;
    while (more) {
        struct text rest;
        more = text_split(text, ',', &one, &rest);
        if (*count == GRANTS_MAX || !parse_range(one, most, &grant[*count]))
            return false;
        ++*count;
        text = rest;
    }
    return true;
}

bool grants_parse_ports(struct text text, struct grants *grants)
{
    return parse(text, PORTS - 1, grants->port, &grants->ports);
}

/* Returns true if one half of the MSR bitmap, for low or for high MSRs, covers the whole range. */
static bool has_bits(struct grant grant)
{
    uint32_t base = grant.first & MSR_HIGH;
    return (base == 0 || base == MSR_HIGH) && grant.last - base < MSRS_IN_HALF;
}

bool grants_parse_msrs(struct text text, struct grants *grants)
{
    uint64_t total = 0;
    if (!parse(text, UINT32_MAX, grants->msr, &grants->msrs))
        return false;
    for (unsigned i = 0; i < grants->msrs; i++) {
        const struct grant grant = grants->msr[i];
        if (!has_bits(grant))
            return false;
        total += grant.last - grant.first + 1;
    }
    return total <= GRANTS_MSRS_MAX;
}
