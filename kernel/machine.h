/* Prints the `machine` line. Figures of two machines are comparable if these lines are equal. */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <stdint.h>

#include "lib/line.h"

void machine_report(uint64_t tsc_khz, struct line *line);

#endif
