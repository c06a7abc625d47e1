/* The bitmaps that select which accesses to ports and MSRs exit (SDM Vol 3C §24.6.4 "I/O-Bitmap
 * Addresses", §24.6.9 "MSR-Bitmap Address"). io: both I/O bitmaps, 8 KiB. msr: the MSR bitmap,
 * 4 KiB. Pure. */
#ifndef VMX_BITMAPS_H
#define VMX_BITMAPS_H

#include <stdint.h>

#include "kernel/grants.h"

/* Stops exits for accesses to the ports and MSRs that the grants pass through to the guest. */
void bitmaps_grant(const struct grants *grants, uint8_t *io, uint8_t *msr);

/* Makes accesses to a port exit. */
void bitmaps_intercept_port(uint8_t *io, uint16_t port);

/* Makes reads and writes of an MSR exit. The MSR bitmap must cover it (kernel/grants.h). */
void bitmaps_intercept_msr(uint8_t *msr, uint32_t number);

#endif
