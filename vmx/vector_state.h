/* The registers that XSAVE covers: x87, SSE, AVX and others (SDM Vol 1, chapter 13). The kernel
 * uses none of them, so they hold a guest's state. */
#ifndef VMX_VECTOR_STATE_H
#define VMX_VECTOR_STATE_H

#include <stdbool.h>
#include <stdint.h>

/* Sets all of them to their initial configuration: x87 as after FNINIT, the others zero (§13.6). In
 * the host, do not call it between exits of a guest: it would destroy the guest's state. */
void vector_state_init(void);

/* Read and write XCR0. A write returns false if the processor refuses the value. Without XSAVE, a
 * read returns 0, and a write does nothing and returns true. */
uint64_t vector_state_read_xcr0(void);
bool vector_state_write_xcr0(uint64_t value);

#endif
