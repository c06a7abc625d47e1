/* The last step before a VM entry: what only the running processor knows. */
#ifndef VMX_RUN_PREPARE_H
#define VMX_RUN_PREPARE_H

#include <stdint.h>

#include "lib/range.h"
#include "lib/text.h"
#include "vmx/exit/vcpu.h"
#include "vmx/plan.h"

/* Fills in plan's host state from the processor as it is now and the addresses of vcpu's own
 * regions, and writes vcpu->image. exit_rsp: top of the stack on which VM exits arrive, 16-byte
 * aligned. In VMX operation. */
void prepare_image(struct vcpu *vcpu, struct plan *plan, uint64_t exit_rsp);

/* Changes vcpu->image by count words of the command line. At one that names what this processor
 * lacks, says so on why and returns false. */
bool prepare_changes(struct vcpu *vcpu, const struct text *words, unsigned count, struct out *why);

/* Whether image's words of memory are all in scratch; where not, says so on why. */
bool prepare_allows_memory(const struct vmcs_image *image, struct range scratch, struct out *why);

/* Writes image's words of memory, makes vcpu's VMCS current and clear and writes its image. Where
 * an instruction fails, says which on why and returns false. */
bool prepare_vmcs(struct vcpu *vcpu, struct out *why);

#endif
