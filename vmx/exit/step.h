/* Steps through a guest by the monitor trap flag (SDM Vol 3C §25.5.2): a VM exit after each
 * instruction. */
#ifndef VMX_EXIT_STEP_H
#define VMX_EXIT_STEP_H

#include <stdint.h>

#include "lib/out.h"
#include "vmx/control.h"

/* Sets the monitor trap flag in words. If the processor does not allow it, writes the reason to why
 * and returns false. */
bool step_plan(const struct vmx_caps *caps, struct control_words *words, struct out *why);

#endif
