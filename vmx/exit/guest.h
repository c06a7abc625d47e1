/* Accessors for the guest of the current VMCS: registers by number, mode, controls. */
#ifndef VMX_EXIT_GUEST_H
#define VMX_EXIT_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmx/control.h"
#include "vmx/cpu/cr.h"
#include "vmx/exit/action.h"
#include "vmx/exit/vcpu.h"

/* Returns true if a control is set. Not for "IA-32e mode guest", which follows the
 * guest's EFER. */
bool guest_control(const struct vcpu *vcpu, enum control control);

/* Sets or clears a control from the next VM entry on. */
void guest_control_set(struct vcpu *vcpu, enum control control, bool on);

struct control_words guest_controls(const struct vcpu *vcpu);

/* Byte offset of each general register in struct guest_registers, by its number in instructions.
 * RSP is in the VMCS; its entry is unused. */
extern const uint8_t guest_register_offset[16];

/* Returns a general register other than RSP, by its number in instructions. */
static inline uint64_t guest_register_saved(const struct guest_registers *registers,
                                            unsigned number)
{
    return *(const uint64_t *)((uintptr_t)registers + guest_register_offset[number]);
}

/* Reads or writes a general register by its number in instructions (4 is RSP). Outside 64-bit mode,
 * reads its low 32 bits, and clears the others on a write. */
uint64_t guest_register(const struct vcpu *vcpu, unsigned number);
void guest_register_set(struct vcpu *vcpu, unsigned number, uint64_t value);

/* EDX:EAX, the operand of RDMSR, WRMSR and similar instructions. */
uint64_t guest_edx_eax(const struct vcpu *vcpu);
void guest_edx_eax_set(struct vcpu *vcpu, uint64_t value);

bool guest_in_64_bit_mode(void);
unsigned guest_cpl(void);

/* CR0 and CR4 as the guest reads them. */
uint64_t guest_cr0(void);
uint64_t guest_cr4(void);

/* Returns the bits of CR4 that the guest may set with its controls and its CPUID. Slow: call it
 * once a round. */
uint64_t guest_cr4_allowed(const struct vcpu *vcpu);

/* Returns IA32_EFER as the guest reads it. If VM entries do not load it, only LME and LMA. */
uint64_t guest_efer(const struct vcpu *vcpu);

/* All control registers, with IA32_EFER. A write also updates the fields that must match them: read
 * shadows, PDPTEs and "IA-32e mode guest". */
struct guest_cr_facts guest_cr_facts(const struct vcpu *vcpu);
struct guest_crs guest_crs_read(const struct vcpu *vcpu);
void guest_crs_write(struct vcpu *vcpu, const struct guest_crs *crs);

/* The results of RDTSC and RDTSCP. */
uint64_t guest_tsc(const struct vcpu *vcpu);
uint32_t guest_tsc_aux(void);

/* Copies guest-physical memory. Returns false if part of it is not the guest's. */
bool guest_memory_read(const struct vcpu *vcpu, uint64_t address, void *to, size_t size);

/* Invalidates cached translations of linear addresses, for a handler that emulates an instruction
 * that does so. A VM entry keeps them if the guest has a VPID (SDM Vol 3C §28.4.3.3). */
void guest_forget_translations(const struct vcpu *vcpu);

/* Stops the guest. why: the reason for the result line. */
enum exit_action guest_stop(struct vcpu *vcpu, const char *why);

#endif
