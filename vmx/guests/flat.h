/* The flat guest: a user's binary, which GRUB loads as a module. It is copied to GUEST_FLAT_CODE
 * and starts there in the mode asked for. docs/guests.md says how to write one. Pure, apart from
 * the memory it is given.
 *
 *   guest-physical   what
 *   0x1000           page tables (32- and 64-bit mode), which map all memory one to one
 *   0x4000           GDT and TSS
 *   0x5000           stack, down from 0x8000
 *   0x8000           the binary
 *   0xfee00000       one page where processors have their local APIC */
#ifndef VMX_GUESTS_FLAT_H
#define VMX_GUESTS_FLAT_H

#include <stddef.h>
#include <stdint.h>

#include "ept/ept.h"
#include "kernel/options.h"
#include "vmx/plan.h"

#define GUEST_FLAT_CODE UINT64_C(0x8000)

/* Fills memory, which the guest sees from guest-physical address 0. memory must be zeroed and have
 * at least GUEST_FLAT_CODE + binary_size bytes. */
void guest_flat_build(uint8_t *memory, enum guest_mode mode, const void *binary,
                      size_t binary_size);

/* Maps `size` bytes at memory and the page at apic_access in ept. With "virtualize APIC accesses"
 * that page is the APIC-access page; without it, it is plain memory. types: the memory types of the
 * host. */
enum pagetable_status guest_flat_map(struct ept *ept, struct hpa memory, uint64_t size,
                                     struct hpa apic_access, const struct memory_types *types);

/* Writes the guest's first state. memory: as guest_flat_build() filled it. */
void guest_flat_state(const uint8_t *memory, enum guest_mode mode, const struct vmx_caps *caps,
                      struct guest_state *state);

/* Returns the controls that the guest needs or wants in this mode. */
struct control_wishes guest_flat_wishes(enum guest_mode mode);

#endif
