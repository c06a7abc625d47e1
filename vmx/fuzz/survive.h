/* Decides whether a mutated VMCS is safe to try on real hardware. Pure. */
#ifndef VMX_FUZZ_SURVIVE_H
#define VMX_FUZZ_SURVIVE_H

#include <stdbool.h>

#include "vmx/audit/verdict.h"
#include "vmx/image.h"

/* Returns true if the machine survives a VM entry with image that gets as far as reach. base: a
 * VMCS whose VM entry and exit are known to be harmless. scratch: memory that the processor may
 * write. Returns false if the host might not survive the first VM exit, if the processor might
 * write to memory of the host, or if the guest might never exit. */
bool survive(const struct vmcs_image *image, const struct vmcs_image *base, struct range scratch,
             enum reach reach);

#endif
