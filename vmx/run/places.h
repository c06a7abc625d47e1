/* Memory that is the host's alone. */
#ifndef VMX_RUN_PLACES_H
#define VMX_RUN_PLACES_H

#include <stdint.h>

#include "kernel/memory.h"
#include "lib/range.h"
#include "vmx/audit/audit.h"
#include "vmx/exit/vcpu.h"

/* What the audit is to keep the VMCS away from: all memory in use, but for what vcpu's VMCS is made
 * to point to. ept_root: address of EPT's first table. */
struct audit_places places_in_use(const struct memory *memory, const struct vcpu *vcpu,
                                  uint64_t ept_root);

/* What no guest may change: all RAM but the guest's, and but what the host itself writes to. */
const struct range_set *places_watched(const struct memory *memory, const struct vcpu *vcpu);

#endif
