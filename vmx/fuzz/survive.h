/* Whether the machine survives a VM entry with a mutated VMCS, should the processor accept it.
 * Pure. */
#ifndef VMX_FUZZ_SURVIVE_H
#define VMX_FUZZ_SURVIVE_H

#include <stdbool.h>

#include "vmx/audit/verdict.h"
#include "vmx/image.h"

/* base is a VMCS whose entry and exit are known to be harmless; scratch: memory that may be written
 * to; reach: how far the entry will come.
 * False where the host might not come back from the first exit, the processor might write to memory
 * that is not the guest's, or no exit might come. */
bool survive(const struct vmcs_image *image, const struct vmcs_image *base, struct range scratch,
             enum reach reach);

#endif
