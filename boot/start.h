/* The state in which boot/start.asm hands over to the kernel. */
#ifndef BOOT_START_H
#define BOOT_START_H

#include <stdint.h>

/* The early page tables map every address below this one to itself, until the kernel builds its own
 * tables. */
#define BOOT_MAPPED_END (UINT64_C(4) << 30)

#endif
