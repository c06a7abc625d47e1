/* The running kernel as its own guest: it goes on at the very next line, in VMX non-root operation,
 * and leaves again natively. EPT maps memory one to one. */
#ifndef VMX_GUESTS_SELF_H
#define VMX_GUESTS_SELF_H

#include <stdbool.h>

#include "ept/ept.h"
#include "vmx/control.h"
#include "vmx/guests/site.h"
#include "vmx/run/run.h"

/* Maps guest-physical memory one to one up to limit, a multiple of 2 MiB, each address as the type
 * that it has for the processor natively: RAM and devices, down to the fixed ranges below 1 MiB. */
enum pagetable_status guest_self_build(struct ept *ept, uint64_t limit,
                                       const struct memory_types *types);

/* Those that it needs, for a list of wishes: MSR bitmaps, without which each access to one exits,
 * and instructions that are #UD without their control. */
#define GUEST_SELF_WISHES                                                                          \
    {PRIMARY_USE_MSR_BITMAPS, CONTROL_REQUIRED},                                                   \
        {PRIMARY_ACTIVATE_SECONDARY_CONTROLS, CONTROL_REQUIRED},                                   \
        {SECONDARY_ENABLE_EPT, CONTROL_REQUIRED}, {SECONDARY_ENABLE_VPID, CONTROL_WANTED},         \
        {SECONDARY_ENABLE_RDTSCP, CONTROL_WANTED}, {SECONDARY_ENABLE_INVPCID, CONTROL_WANTED},     \
        {SECONDARY_ENABLE_XSAVES_XRSTORS, CONTROL_WANTED},                                         \
        {EXIT_HOST_ADDRESS_SPACE_SIZE, CONTROL_REQUIRED},                                          \
        {EXIT_SAVE_DEBUG_CONTROLS, CONTROL_WANTED}, {EXIT_SAVE_IA32_PAT, CONTROL_WANTED},          \
        {EXIT_LOAD_IA32_PAT, CONTROL_WANTED}, {EXIT_SAVE_IA32_EFER, CONTROL_WANTED},               \
        {EXIT_LOAD_IA32_EFER, CONTROL_WANTED}, {ENTRY_IA_32E_MODE_GUEST, CONTROL_REQUIRED},        \
        {ENTRY_LOAD_DEBUG_CONTROLS, CONTROL_WANTED}, {ENTRY_LOAD_IA32_PAT, CONTROL_WANTED},        \
    {                                                                                              \
        ENTRY_LOAD_IA32_EFER, CONTROL_WANTED                                                       \
    }

/* The controls that it needs, and what of its doing is an exit. */
extern const struct control_wishes guest_self_wishes;
struct intercepts guest_self_intercepts(const struct vmx_caps *caps);

/* The highest address that the guest has: all that the kernel reaches. */
uint64_t guest_self_limit(const struct guest_site *site);

/* What it does inside; returns what did not work, or NULL. */
typedef const char *self_work_load(void);

/* Makes the caller the guest, carries out its work-load and comes back natively; run->plan's guest
 * state is filled in from the processor as it runs. Says how it ended on why. Where the launch
 * failed, all is as it was before. A guest that was stopped by what it did cannot go on in any way:
 * lost is called instead, and does not come back. */
enum result_code guest_self_round(struct vcpu *vcpu, struct run *run, self_work_load *work,
                                  void (*lost)(enum result_code), struct out *why);

/* Answers HYPERCALL_LEAVE. */
bool guest_self_hypercall(struct vcpu *vcpu, uint32_t number, uint32_t argument,
                          enum exit_action *action);

#endif
