/* Checks whether this processor can run a guest. Call the functions in the order in which they are
 * declared. Each returns false if something is missing, and writes to why what is needed, what was
 * found and what to do. Pure. */
#ifndef VMX_SUPPORT_H
#define VMX_SUPPORT_H

#include <stdbool.h>

#include "kernel/identify.h"
#include "lib/out.h"
#include "vmx/caps.h"

/* Checks that VMX exists. Call it before reading capability MSRs or IA32_FEATURE_CONTROL, which may
 * not exist without VMX. */
bool support_vmx(const struct cpu_facts *facts, struct out *why);

/* Checks that VMXON is allowed outside SMX, or can be allowed. value: IA32_FEATURE_CONTROL as the
 * firmware left it (SDM Vol 3C §23.7). *wanted: what to write there, if it differs. */
bool support_feature_control(uint64_t value, uint64_t *wanted, struct out *why);

/* Checks that the VMCS region has at most 4 KiB and lies in write-back memory. */
bool support_basic(const struct vmx_caps *caps, struct out *why);

/* Checks that there is EPT with a walk of four levels and a known memory type for its tables,
 * INVEPT of all contexts and, if there is VPID, INVVPID of all contexts. */
bool support_ept(const struct vmx_caps *caps, struct out *why);

#endif
