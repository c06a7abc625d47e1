/* The running kernel as its own guest. It enters VMX non-root operation at one line of code and
 * leaves VMX operation at a later line. EPT maps memory one to one. */
#ifndef VMX_GUESTS_SELF_H
#define VMX_GUESTS_SELF_H

#include <stdbool.h>

#include "ept/ept.h"
#include "vmx/control.h"
#include "vmx/guests/site.h"
#include "vmx/run/run.h"

/* The wishes of every guest that is the running kernel. Without MSR bitmaps, each access to an MSR
 * would exit. Without some other controls, instructions of the kernel would be #UD. clang-format
 * would join the lines. */
/* clang-format off */
#define GUEST_SELF_WISHES                                                                          \
    {PRIMARY_USE_MSR_BITMAPS, CONTROL_REQUIRED},                                                   \
    {PRIMARY_ACTIVATE_SECONDARY_CONTROLS, CONTROL_REQUIRED},                                       \
    {SECONDARY_ENABLE_EPT, CONTROL_REQUIRED},                                                      \
    {SECONDARY_ENABLE_VPID, CONTROL_WANTED},                                                       \
    {SECONDARY_ENABLE_RDTSCP, CONTROL_WANTED},                                                     \
    {SECONDARY_ENABLE_INVPCID, CONTROL_WANTED},                                                    \
    {SECONDARY_ENABLE_XSAVES_XRSTORS, CONTROL_WANTED},                                             \
    {EXIT_HOST_ADDRESS_SPACE_SIZE, CONTROL_REQUIRED},                                              \
    {EXIT_SAVE_DEBUG_CONTROLS, CONTROL_WANTED},                                                    \
    {EXIT_SAVE_IA32_PAT, CONTROL_WANTED},                                                          \
    {EXIT_LOAD_IA32_PAT, CONTROL_WANTED},                                                          \
    {EXIT_SAVE_IA32_EFER, CONTROL_WANTED},                                                         \
    {EXIT_LOAD_IA32_EFER, CONTROL_WANTED},                                                         \
    {ENTRY_IA_32E_MODE_GUEST, CONTROL_REQUIRED},                                                   \
    {ENTRY_LOAD_DEBUG_CONTROLS, CONTROL_WANTED},                                                   \
    {ENTRY_LOAD_IA32_PAT, CONTROL_WANTED},                                                         \
    {ENTRY_LOAD_IA32_EFER, CONTROL_WANTED}
/* clang-format on */

/* The intercepts of every guest that is the running kernel. */
struct intercepts guest_self_intercepts(const struct vmx_caps *caps);

/* Returns the end of the guest's memory, which is everything that the kernel can reach. */
uint64_t guest_self_limit(const struct guest_site *site);

/* Code to run in the guest. Returns the name of the first thing that did not work, or NULL. */
typedef const char *self_work_load(void);

/* Makes the caller the guest, runs work in it, and returns outside VMX operation. Takes the guest
 * state of run->plan from the running processor. Writes the reason for the result to why. If the
 * launch fails, changes nothing. If the guest cannot continue, neither can the caller: calls lost,
 * which must not return. */
enum result_code guest_self_round(struct vcpu *vcpu, struct run *run, self_work_load *work,
                                  void (*lost)(enum result_code), struct out *why);

/* Carries out HYPERCALL_LEAVE; returns false for any other number. */
bool guest_self_hypercall(struct vcpu *vcpu, uint32_t number, uint32_t argument,
                          enum exit_action *action);

#endif
