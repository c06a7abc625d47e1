/* The running kernel as its own guest: it goes on at the very next line, in VMX non-root operation,
 * and leaves again natively. EPT maps memory one to one. */
#ifndef VMX_GUEST_SELF_H
#define VMX_GUEST_SELF_H

#include <stdbool.h>

#include "ept/ept.h"
#include "vmx/control.h"
#include "vmx/run.h"

/* Maps guest-physical memory one to one up to limit, a multiple of 2 MiB, each address as the type
 * that it has for the processor natively: RAM and devices, down to the fixed ranges below 1 MiB. */
enum pagetable_status guest_self_build(struct ept *ept, uint64_t limit,
                                       const struct memory_types *types);

/* The controls that it needs, and what of its doing is an exit. */
extern const struct control_wishes guest_self_wishes;
struct intercepts guest_self_intercepts(const struct vmx_caps *caps);

/* What is done inside; returns what did not work, or NULL. */
typedef const char *self_work_load(void);

/* Makes the caller the guest, carries out its work-load and comes back natively; run->plan's guest
 * state is filled in from the processor as it runs. stack: the top of the host's own stack
 * meanwhile, 16-byte aligned. Says how it ended on why; where the launch failed, all is as it was
 * before. A guest that was stopped by what it did cannot go on in any way: lost is called instead,
 * and does not come back. */
enum result_code guest_self_round(struct vcpu *vcpu, struct run *run, self_work_load *work,
                                  void *stack, void (*lost)(enum result_code), struct out *why);

#endif
