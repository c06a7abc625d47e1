/* Setting and clearing the bits of ports and MSRs. */
#include "vmx/bitmaps.h"

#include <stdbool.h>

#include "lib/bits.h"

/* The MSR bitmap has four parts of 1 KiB: reads of low and of high MSRs, then writes of both. */
enum { MSR_PART = 0x400, MSR_WRITES = 0x800, MSRS_IN_PART = 0x2000 };

#define MSR_HIGH UINT32_C(0xc0000000)

static void put(uint8_t *bitmap, uint32_t number, bool exits)
{
    const uint8_t bit = (uint8_t)BIT(number % 8);
    uint8_t *byte = bitmap + number / 8;
    *byte = exits ? *byte | bit : *byte & (uint8_t)~bit;
}

static void put_msr(uint8_t *msr, uint32_t number, bool exits)
{
    uint8_t *reads = msr + (number & MSR_HIGH ? MSR_PART : 0);
    put(reads, number % MSRS_IN_PART, exits);
    put(reads + MSR_WRITES, number % MSRS_IN_PART, exits);
}

void bitmaps_grant(const struct grants *grants, uint8_t *io, uint8_t *msr)
{
    for (unsigned i = 0; i < grants->ports; i++) {
        for (uint32_t port = grants->port[i].first; port <= grants->port[i].last; port++)
            put(io, port, false);
    }
    for (unsigned i = 0; i < grants->msrs; i++) {
        for (uint32_t number = grants->msr[i].first; number <= grants->msr[i].last; number++)
            put_msr(msr, number, false);
    }
}

void bitmaps_intercept_port(uint8_t *io, uint16_t port)
{
    put(io, port, true);
}

void bitmaps_intercept_msr(uint8_t *msr, uint32_t number)
{
    put_msr(msr, number, true);
}
