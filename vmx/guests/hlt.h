/* The HLT guest: pages full of HLT. It runs in 64-bit mode with page tables of its own, so that it
 * does not need "unrestricted guest". Pure, apart from the memory it is given.
 *
 *   guest-physical = linear   what                                   access
 *   0x1000                    page tables: PML4, PDPT, page directory  r--
 *   0x4000                    GDT and TSS                              r--
 *   0x5000                    stack                                    rw-
 *   0x200000                  HLT, `pages` pages                       r-x
 *
 * The guest's page tables map the first GiB. EPT maps only what is listed here: any other access is
 * an EPT violation. */
#ifndef VMX_GUESTS_HLT_H
#define VMX_GUESTS_HLT_H

#include <stdint.h>

#include "ept/ept.h"
#include "vmx/plan.h"

#define GUEST_HLT_CODE UINT64_C(0x200000)

/* Pages for the guest's tables and stack. */
enum { GUEST_HLT_SYSTEM_PAGES = 5 };

/* Fills the guest's memory and maps it in ept. system: GUEST_HLT_SYSTEM_PAGES consecutive zeroed
 * pages. code: `pages` consecutive pages. ept's page source must reach both. types: the memory
 * types of the host. */
enum pagetable_status guest_hlt_build(struct ept *ept, struct hpa system, struct hpa code,
                                      uint64_t pages, const struct memory_types *types);

/* Writes the guest's first state. system: the filled system pages, as the host addresses them. */
void guest_hlt_state(const void *system, const struct vmx_caps *caps, struct guest_state *state);

/* The controls that the guest needs or wants. */
extern const struct control_wish guest_hlt_wishes[];
extern const unsigned guest_hlt_wish_count;

#endif
