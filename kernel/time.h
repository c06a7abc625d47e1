/* Measures the rate of the time-stamp counter. */
#ifndef KERNEL_TIME_H
#define KERNEL_TIME_H

#include <stdint.h>

struct tsc_rate {
    uint64_t khz;       /* not 0 */
    const char *source; /* pit: measured; cpuid: from CPUID; assumed: neither was possible */
};

/* Measures the rate. Takes a hundredth of a second, or some tenths if the timer does not tick. */
struct tsc_rate time_measure(void);

/* Measures, prints the `time` line and returns the rate in kHz. */
uint64_t time_take(void);

extern const uint64_t start_time; /* boot/start.asm: the time stamp of the first instruction */

#endif
