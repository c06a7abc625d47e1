/* Finds the memory that a guest must not use, and the memory that must not change in a round. */
#ifndef VMX_RUN_PLACES_H
#define VMX_RUN_PLACES_H

#include <stdint.h>

#include "kernel/memory.h"
#include "lib/range.h"
#include "vmx/audit/audit.h"
#include "vmx/exit/vcpu.h"

/* Returns the memory that a VMCS must not point to: all memory in use, apart from the regions that
 * vcpu's VMCS is meant to point to. ept_root: address of EPT's first table. */
struct audit_places places_in_use(const struct memory *memory, const struct vcpu *vcpu,
                                  uint64_t ept_root);

/* Returns the memory that must not change during a round: all RAM, except the guest's memory and
 * the memory that the host itself writes. */
const struct range_set *places_watched(const struct memory *memory, const struct vcpu *vcpu);

#endif
