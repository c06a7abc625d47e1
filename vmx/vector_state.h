/* The x87, SSE, AVX and further registers that XSAVE covers (SDM Vol 1, chapter 13). The kernel
 * uses none of them, so they hold a guest's state. */
#ifndef VMX_VECTOR_STATE_H
#define VMX_VECTOR_STATE_H

#include <stdbool.h>
#include <stdint.h>

/* Sets all of them to their initial configuration: as after FNINIT, all others zero (§13.6). Must
 * not be called while the running kernel is its own guest. */
void vector_state_init(void);

/* Read and write XCR0. Without XSAVE, they return 0 and do nothing. A write returns false if the
 * processor refuses the value. */
uint64_t vector_state_read_xcr0(void);
bool vector_state_write_xcr0(uint64_t value);

#endif
