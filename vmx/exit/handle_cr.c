/* Accesses to control registers (SDM Vol 3C §27.2.1, Table 27-3). */
#include "vmx/exit/handle.h"

#include "kernel/cpu.h"
#include "kernel/options.h"
#include "lib/bits.h"
#include "lib/segment.h"
#include "lib/x86.h"
#include "vmx/cpu/cpuid.h"
#include "vmx/cpu/cr.h"
#include "vmx/exit/guest.h"
#include "vmx/exit/inject.h"
#include "vmx/plan.h"
#include "vmx/vmcs.h"

enum { ACCESS_TO = 0, ACCESS_FROM = 1, ACCESS_CLTS = 2, ACCESS_LMSW = 3 };

static bool read_memory(const void *vcpu, uint64_t address, void *to, size_t size)
{
    return guest_memory_read(vcpu, address, to, size);
}

uint64_t guest_cr4_allowed(const struct vcpu *vcpu)
{
    const struct control_words controls = guest_controls(vcpu);
    const struct guest_cpuid guest = {.controls = &controls,
                                      .vmx_shown = vcpu->options->vmx == VMX_SHOWN};
    return vcpu->caps.value[IA32_VMX_CR4_FIXED1] & ~guest_cpuid_hidden_cr4(&guest);
}

struct guest_cr_facts guest_cr_facts(const struct vcpu *vcpu)
{
    return (struct guest_cr_facts){
        .cr4_allowed = vcpu->cr4_allowed,
        .physical_bits = vcpu->caps.physical_bits,
        .cs_l = (vmcs_read(GUEST_CS_ACCESS_RIGHTS) & ACCESS_RIGHTS_L) != 0,
        .tr_rights = (uint32_t)vmcs_read(GUEST_TR_ACCESS_RIGHTS),
        .read = read_memory,
        .memory = vcpu,
    };
}

struct guest_crs guest_crs_read(const struct vcpu *vcpu)
{
    return (struct guest_crs){
        .cr0 = guest_cr0(),
        .cr3 = vmcs_read(GUEST_CR3),
        .cr4 = guest_cr4(),
        .efer = guest_efer(vcpu),
    };
}

/* Writes EFER and "IA-32e mode guest", which must equal EFER.LMA for VM entry (SDM Vol 3C
 * §26.3.1.1). */
static void write_efer_and_mode(const struct vcpu *vcpu, uint64_t efer)
{
    const uint64_t ia_32e = BIT(control_table[ENTRY_IA_32E_MODE_GUEST].bit);
    uint64_t entry = vmcs_read(VM_ENTRY_CONTROLS) & ~ia_32e;
    vmcs_write(VM_ENTRY_CONTROLS, entry | (efer & EFER_LMA ? ia_32e : 0));
    if (guest_control(vcpu, ENTRY_LOAD_IA32_EFER))
        vmcs_write(GUEST_IA32_EFER, efer);
}

static void write_cr3_and_what_it_loads(const struct vcpu *vcpu, const struct guest_crs *crs)
{
    vmcs_write(GUEST_CR3, crs->cr3);
    if (crs->pdptes_loaded) {
        vmcs_write(GUEST_PDPTE0, crs->pdpte[0]);
        vmcs_write(GUEST_PDPTE1, crs->pdpte[1]);
        vmcs_write(GUEST_PDPTE2, crs->pdpte[2]);
        vmcs_write(GUEST_PDPTE3, crs->pdpte[3]);
    }
    if (crs->flushed)
        guest_forget_translations(vcpu);
}

void guest_crs_write(struct vcpu *vcpu, const struct guest_crs *crs)
{
    const uint64_t *msr = vcpu->caps.value;
    uint64_t real = guest_cr0_field(msr[IA32_VMX_CR0_FIXED0], msr[IA32_VMX_CR0_FIXED1],
                                    guest_control(vcpu, SECONDARY_UNRESTRICTED_GUEST), crs->cr0);
    vmcs_write(CR0_READ_SHADOW, crs->cr0);
    vmcs_write(GUEST_CR0, real);
    vmcs_write(CR4_READ_SHADOW, crs->cr4);
    vmcs_write(GUEST_CR4, plan_fixed_cr4(&vcpu->caps, crs->cr4));
    cpuid_cache_forget(&vcpu->cpuid_cache); /* CPUID shows CR4 in OSXSAVE and OSPKE */
    write_efer_and_mode(vcpu, crs->efer);
    write_cr3_and_what_it_loads(vcpu, crs);
}

static enum exit_action complete(struct vcpu *vcpu, enum cr_outcome outcome,
                                 const struct guest_crs *crs)
{
    switch (outcome) {
    case CR_FAULT:
        return inject_gp(vcpu);
    case CR_NO_MEMORY:
        return guest_stop(vcpu, "CR3 points to PDPTEs that are not in the guest's memory");
    case CR_WRITTEN:
        break;
    }
    /* Without "unrestricted guest", VMX keeps CR0.PG 1, and the processor would walk page tables
     * that the guest does not have. */
    if (!(crs->cr0 & CR0_PG) && !guest_control(vcpu, SECONDARY_UNRESTRICTED_GUEST)) {
        return guest_stop(vcpu, "the guest turned paging off, for which this processor lacks "
                                "\"unrestricted guest\"");
    }
    guest_crs_write(vcpu, crs);
    return EXIT_SKIP;
}

typedef enum cr_outcome cr_write(const struct guest_cr_facts *facts, struct guest_crs *crs,
                                 uint64_t value);

/* Sets CR0 or CR4: write is guest_cr0_write() or guest_cr4_write(). */
static enum exit_action set_cr0_or_cr4(struct vcpu *vcpu, cr_write *write, uint64_t value)
{
    const struct guest_cr_facts facts = guest_cr_facts(vcpu);
    struct guest_crs crs = guest_crs_read(vcpu);
    return complete(vcpu, write(&facts, &crs, value), &crs);
}

/* MOV to CR8. Bits 3:0 are the task priority; the others are reserved (SDM Vol 3A §10.8.6.1). There
 * is no local APIC, so the priority holds nothing back. */
static enum exit_action set_cr8(struct vcpu *vcpu, uint64_t value)
{
    if (value & ~CR8_TPR)
        return inject_gp(vcpu);
    if (vcpu->is_kernel) /* the running kernel uses the processor's CR8 */
        write_cr8(value);
    else
        vcpu->own.cr8 = value;
    return EXIT_SKIP;
}

/* MOV to CR3. The other control registers stay as they are. */
static enum exit_action set_cr3(struct vcpu *vcpu, uint64_t value)
{
    const struct guest_cr_facts facts = guest_cr_facts(vcpu);
    struct guest_crs crs = guest_crs_read(vcpu);
    const enum cr_outcome outcome = guest_cr3_write(&facts, &crs, value);
    if (outcome != CR_WRITTEN)
        return complete(vcpu, outcome, &crs);
    write_cr3_and_what_it_loads(vcpu, &crs);
    return EXIT_SKIP;
}

static enum exit_action move_to(struct vcpu *vcpu, uint64_t number, uint64_t value)
{
    switch (number) {
    case 0:
        return set_cr0_or_cr4(vcpu, guest_cr0_write, value);
    case 3:
        return set_cr3(vcpu, value);
    case 4:
        return set_cr0_or_cr4(vcpu, guest_cr4_write, value);
    case 8:
        return set_cr8(vcpu, value);
    default:
        return inject_ud(vcpu);
    }
}

/* MOV from CR3 or CR8. Reads of CR0 and CR4 use the read shadows and never exit. */
static enum exit_action move_from(struct vcpu *vcpu, uint64_t number, unsigned to)
{
    const uint64_t cr8 = vcpu->is_kernel ? read_cr8() : vcpu->own.cr8;
    guest_register_set(vcpu, to, number == 8 ? cr8 : vmcs_read(GUEST_CR3));
    return EXIT_SKIP;
}

enum exit_action handle_cr_access(struct vcpu *vcpu)
{
    const uint64_t qualification = vmcs_read(EXIT_QUALIFICATION);
    const uint64_t number = bits_get(qualification, 3, 0);
    const unsigned operand = (unsigned)bits_get(qualification, 11, 8);
    switch (bits_get(qualification, 5, 4)) {
    case ACCESS_TO:
        return move_to(vcpu, number, guest_register(vcpu, operand));
    case ACCESS_FROM:
        return move_from(vcpu, number, operand);
    case ACCESS_CLTS:
        return set_cr0_or_cr4(vcpu, guest_cr0_write, guest_cr0() & ~CR0_TS);
    default: /* ACCESS_LMSW */
        return set_cr0_or_cr4(
            vcpu, guest_cr0_write,
            guest_cr0_lmsw(guest_cr0(), (uint16_t)bits_get(qualification, 31, 16)));
    }
}
