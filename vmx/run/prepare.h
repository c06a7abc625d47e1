/* The last steps before a VM entry: completes the plan from the running processor, applies the
 * words of the command line, and writes the VMCS. */
#ifndef VMX_RUN_PREPARE_H
#define VMX_RUN_PREPARE_H

#include <stdint.h>

#include "lib/range.h"
#include "vmx/exit/vcpu.h"
#include "vmx/plan.h"

/* Completes plan: takes host state from the running processor, fills vcpu's regions and takes their
 * addresses. Then writes plan to vcpu->image. exit_rsp: top of the stack for C code that handles VM
 * exits, 16-byte aligned. Call it in VMX operation. */
void prepare_image(struct vcpu *vcpu, struct plan *plan, uint64_t exit_rsp);

/* Changes vcpu->image by the words of the command line. If this processor lacks what a word names,
 * or a word names memory outside scratch, writes the reason to why and returns false. */
bool prepare_changes(struct vcpu *vcpu, struct range scratch, struct out *why);

/* Returns true if all words of memory in image lie within scratch. Otherwise writes the reason to
 * why. */
bool prepare_allows_memory(const struct vmcs_image *image, struct range scratch, struct out *why);

/* Writes image's words to memory, clears vcpu's VMCS, makes it current and writes the image into
 * it. If a VMX instruction fails, writes which one to why and returns false. */
bool prepare_vmcs(struct vcpu *vcpu, struct out *why);

#endif
