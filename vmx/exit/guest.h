/* The guest of the current VMCS, for those who handle its exits: registers by number, mode,
 * controls. */
#ifndef VMX_EXIT_GUEST_H
#define VMX_EXIT_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmx/control.h"
#include "vmx/cpu/cr.h"
#include "vmx/exit/action.h"
#include "vmx/exit/vcpu.h"

/* Whether a control is set; but for "IA-32e mode guest", which goes with EFER
 * (guest_in_ia_32e_mode). */
bool guest_control(const struct vcpu *vcpu, enum control control);

/* Sets it, from the next VM entry on. */
void guest_control_set(struct vcpu *vcpu, enum control control, bool on);

struct control_words guest_controls(const struct vcpu *vcpu);

/* Where a general register is in struct guest_registers, in bytes, by its number; RSP is in the
 * VMCS, and has no place. */
extern const uint8_t guest_register_offset[16];

/* One that is not RSP. */
static inline uint64_t guest_register_saved(const struct guest_registers *registers,
                                            unsigned number)
{
    return *(const uint64_t *)((uintptr_t)registers + guest_register_offset[number]);
}

/* A general register as instructions number it; 4 is RSP. Outside of 64-bit mode an instruction has
 * 32 bits of it. */
uint64_t guest_register(const struct vcpu *vcpu, unsigned number);
void guest_register_set(struct vcpu *vcpu, unsigned number, uint64_t value);

/* EDX:EAX, as RDMSR and its like give and take it. */
uint64_t guest_edx_eax(const struct vcpu *vcpu);
void guest_edx_eax_set(struct vcpu *vcpu, uint64_t value);

bool guest_in_ia_32e_mode(void);
bool guest_in_64_bit_mode(void);
unsigned guest_cpl(void);

/* CR0 and CR4 as the guest reads them. */
uint64_t guest_cr0(void);
uint64_t guest_cr4(void);

/* The bits of CR4 that its controls and CPUID allow it. Looks through a table: once a round. */
uint64_t guest_cr4_allowed(const struct vcpu *vcpu);

/* IA32_EFER, as far as it is the guest's own. */
uint64_t guest_efer(const struct vcpu *vcpu);

/* All of them; a write puts into the VMCS what VMX wants in their place. */
struct guest_cr_facts guest_cr_facts(const struct vcpu *vcpu);
struct guest_crs guest_crs_read(const struct vcpu *vcpu);
void guest_crs_write(struct vcpu *vcpu, const struct guest_crs *crs);

/* What RDTSC and RDTSCP give. */
uint64_t guest_tsc(const struct vcpu *vcpu);
uint32_t guest_tsc_aux(void);

/* Copies guest-physical memory; false where not all of it is there. */
bool guest_memory_read(const struct vcpu *vcpu, uint64_t address, void *to, size_t size);

/* Forgets translations of linear addresses, as what a handler did in the guest's place would have:
 * a VM entry keeps them where the guest has a VPID (SDM Vol 3C §28.4.3.3). */
void guest_forget_translations(const struct vcpu *vcpu);

/* The guest cannot go on: why, in words for the result line. */
enum exit_action guest_stop(struct vcpu *vcpu, const char *why);

#endif
