/* Whether this processor can run guests, and what it allows. Each step prints what it finds; where
 * something is missing, it ends the machine with a result line that says what. */
#ifndef VMX_RUN_READY_H
#define VMX_RUN_READY_H

#include <stdint.h>

#include "kernel/identify.h"
#include "vmx/caps.h"
#include "vmx/control.h"
#include "vmx/plan.h"

/* VMX exists. Prints the `cpu` line of processor number cpu. */
struct cpu_facts ready_processor(uint32_t cpu);

/* VMXON is allowed, and the capabilities suffice. Prints the `caps` lines. */
void ready_capabilities(const struct cpu_facts *facts, struct vmx_caps *caps);

/* The controls that the guest needs are allowed. Prints the `control` lines. */
void ready_controls(const struct vmx_caps *caps, struct control_wishes wishes,
                    struct control_words *words);

#endif
