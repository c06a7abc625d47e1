/* The flat guest: a binary of one's own, loaded by GRUB as a module and put at GUEST_FLAT_CODE of a
 * memory that begins at 0, in the mode asked for. docs/guests.md is for those who write one. Pure
 * but for the memory it is given.
 *
 *   guest-physical   what
 *   0x1000           page tables (32- and 64-bit mode): all memory one to one
 *   0x4000           GDT and TSS
 *   0x5000           stack, down from 0x8000
 *   0x8000           the binary
 *   0xfee00000       one page more */
#ifndef VMX_GUESTS_FLAT_H
#define VMX_GUESTS_FLAT_H

#include <stddef.h>
#include <stdint.h>

#include "ept/ept.h"
#include "kernel/options.h"
#include "vmx/plan.h"

#define GUEST_FLAT_CODE UINT64_C(0x8000)

/* Fills `memory` (size bytes, zeroed, at least GUEST_FLAT_CODE + binary_size), which is the guest's
 * from guest-physical address 0. */
void guest_flat_build(uint8_t *memory, enum guest_mode mode, const void *binary,
                      size_t binary_size);

/* Gives it its memory, and where processors have their local APIC a page that is the APIC-access
 * page once "virtualize APIC accesses" is asked for, and plain memory until then. types: of the
 * host's memory. */
enum pagetable_status guest_flat_map(struct ept *ept, struct hpa memory, uint64_t size,
                                     struct hpa apic_access, const struct memory_types *types);

/* The state it begins in; memory: as filled. */
void guest_flat_state(const uint8_t *memory, enum guest_mode mode, const struct vmx_caps *caps,
                      struct guest_state *state);

/* The controls that it needs in a mode. */
struct control_wishes guest_flat_wishes(enum guest_mode mode);

#endif
