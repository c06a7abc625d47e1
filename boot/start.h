/* What boot/start.asm leaves to the kernel. */
#ifndef BOOT_START_H
#define BOOT_START_H

#include <stdint.h>

/* Its page tables map all addresses below, each to itself; the kernel's own come later. */
#define BOOT_MAPPED_END (UINT64_C(4) << 30)

#endif
