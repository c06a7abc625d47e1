/* The x87, SSE, AVX and further registers that XSAVE knows (SDM Vol 1, chapter 13). The kernel uses
 * none of them: what is in them is a guest's. */
#ifndef VMX_VECTOR_STATE_H
#define VMX_VECTOR_STATE_H

#include <stdbool.h>
#include <stdint.h>

/* Puts all of them into their initial configuration, as after FNINIT, with zeros in the others
 * (§13.6). Not for the running kernel as its own guest. */
void vector_state_init(void);

/* XCR0, as far as the processor has it: 0 and nothing done where it has not. A write that it
 * refuses returns false. */
uint64_t vector_state_read_xcr0(void);
bool vector_state_write_xcr0(uint64_t value);

#endif
