/* Whether this processor can run a guest at all, asked in the order in which the answers become
 * knowable. Each no says what is needed, what was found and what to do. Pure. */
#ifndef VMX_SUPPORT_H
#define VMX_SUPPORT_H

#include <stdbool.h>

#include "kernel/identify.h"
#include "lib/out.h"
#include "vmx/caps.h"

/* Whether VMX exists; capability MSRs and IA32_FEATURE_CONTROL may be read only then. */
bool support_vmx(const struct cpu_facts *facts, struct out *why);

/* IA32_FEATURE_CONTROL (SDM Vol 3C §23.7), as the firmware left it: whether VMXON is allowed
 * outside SMX, or can be made so. *wanted is the value to write where it differs from value. */
bool support_feature_control(uint64_t value, uint64_t *wanted, struct out *why);

/* Whether the VMCS is as we keep it: a region of at most 4 KiB in write-back memory. */
bool support_basic(const struct vmx_caps *caps, struct out *why);

/* Whether there is EPT with a walk of four levels and tables of a type that we know, and INVEPT
 * and, where there is VPID, INVVPID of all contexts. */
bool support_ept(const struct vmx_caps *caps, struct out *why);

#endif
