/* The `machine` line: what has to be the same for two machines' figures to be comparable. */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include <stdint.h>

#include "lib/line.h"

void machine_report(uint64_t tsc_khz, struct line *line);

#endif
