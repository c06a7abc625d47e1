/* Measures the rate of the time-stamp counter. */
#ifndef KERNEL_TIME_H
#define KERNEL_TIME_H

#include <stdint.h>

/* Measures the rate, prints the `time` line and returns the rate in kHz, which is not 0. Takes a
 * hundredth of a second, or some tenths if the timer does not tick. */
uint64_t time_take(void);

extern const uint64_t start_time; /* boot/start.asm: the time stamp of the first instruction */

#endif
