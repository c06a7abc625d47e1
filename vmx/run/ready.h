/* Checks that this processor can run guests, and finds out what it allows. Each step prints what it
 * finds. If something is missing, it ends the machine with a result line that says what. */
#ifndef VMX_RUN_READY_H
#define VMX_RUN_READY_H

#include <stdint.h>

#include "kernel/identify.h"
#include "vmx/caps.h"
#include "vmx/control.h"

/* Prints the `cpu` line of processor number cpu. Checks that VMX exists. */
struct cpu_facts ready_processor(uint32_t cpu);

/* Prints the `caps` lines. Checks that VMXON is allowed and that the capabilities suffice. */
void ready_capabilities(const struct cpu_facts *facts, struct vmx_caps *caps);

/* Chooses control words that meet the wishes and prints the `control` lines. Checks that the
 * processor allows every control that the guest needs. */
void ready_controls(const struct vmx_caps *caps, struct control_wishes wishes,
                    struct control_words *words);

#endif
