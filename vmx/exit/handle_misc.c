/* Instructions that need no file of their own. */
#include "vmx/exit/handle.h"

#include "kernel/cpu.h"
#include "lib/bits.h"
#include "vmx/cpu/cpuid.h"
#include "vmx/cpu/misc.h"
#include "vmx/cpu/segment.h"
#include "vmx/exit/access.h"
#include "vmx/exit/guest.h"
#include "vmx/exit/inject.h"
#include "vmx/vector_state.h"
#include "vmx/vmcs.h"

/* PAUSE, INVD, WBINVD and WBNOINVD do nothing. The caches also hold the host's memory, which INVD
 * would lose. */
enum exit_action handle_skip(struct vcpu *vcpu)
{
    (void)vcpu;
    return EXIT_SKIP;
}

/* Exits that come after the instruction and only report something. */
enum exit_action handle_resume(struct vcpu *vcpu)
{
    (void)vcpu;
    return EXIT_RESUME;
}

/* Instructions that the guest's CPUID does not show, and VMX instructions outside VMX operation
 * (SDM Vol 3C §30.3). */
enum exit_action handle_ud(struct vcpu *vcpu)
{
    return inject_ud(vcpu);
}

/* VMXON. With vmx=shown the guest may set CR4.VMXE, and then finds that the firmware has locked VMX
 * off (SDM Vol 3C §23.7, §30.3 "VMXON"). */
enum exit_action handle_vmxon(struct vcpu *vcpu)
{
    return guest_cr4() & CR4_VMXE ? inject_gp(vcpu) : inject_ud(vcpu);
}

/* RDPMC. There are no performance counters, so every counter number is invalid. */
enum exit_action handle_gp(struct vcpu *vcpu)
{
    return inject_gp(vcpu);
}

enum exit_action handle_xsetbv(struct vcpu *vcpu)
{
    const struct control_words controls = guest_controls(vcpu);
    const struct guest_cpuid guest = {.host = cpuid, .controls = &controls};
    const uint64_t value = guest_edx_eax(vcpu);
    if ((uint32_t)vcpu->context.registers.rcx != 0 || guest_cpl() != 0 ||
        !guest_xcr0_is_valid(guest_cpuid_xcr0(&guest), value) || !vector_state_write_xcr0(value))
        return inject_gp(vcpu);
    cpuid_cache_forget(&vcpu->cpuid_cache); /* CPUID leaf 0DH reports the size that XCR0 needs */
    return EXIT_SKIP;
}

enum exit_action handle_rdtsc(struct vcpu *vcpu)
{
    guest_edx_eax_set(vcpu, guest_tsc(vcpu));
    return EXIT_SKIP;
}

enum exit_action handle_rdtscp(struct vcpu *vcpu)
{
    guest_edx_eax_set(vcpu, guest_tsc(vcpu));
    vcpu->context.registers.rcx = guest_tsc_aux();
    return EXIT_SKIP;
}

enum exit_action handle_invlpg(struct vcpu *vcpu)
{
    guest_forget_translations(vcpu);
    return EXIT_SKIP;
}

/* Invalidates everything, which covers every type of INVPCID. */
enum exit_action handle_invpcid(struct vcpu *vcpu)
{
    struct guest_cpu cpu = guest_cpu_load(vcpu);
    const uint32_t information = (uint32_t)vmcs_read(VM_EXIT_INSTRUCTION_INFORMATION);
    const struct guest_operand operand =
        guest_operand_of(&cpu, information, vmcs_read(EXIT_QUALIFICATION));
    uint64_t descriptor[2];
    if (!guest_operand_read(&cpu, operand, descriptor, sizeof descriptor))
        return guest_cpu_fault(vcpu, &cpu);
    if (!guest_invpcid_is_valid(cpu.general[bits_get(information, 31, 28)], descriptor,
                                (cpu.crs.cr4 & CR4_PCIDE) != 0, cpu.linear_bits))
        return inject_gp(vcpu);
    guest_forget_translations(vcpu);
    return EXIT_SKIP;
}

/* Draws 64 random bits, enough for any operand size. */
#define RANDOM(name)                                                                               \
    static bool name(uint64_t *value)                                                              \
    {                                                                                              \
        uint64_t drawn;                                                                            \
        bool valid;                                                                                \
        __asm__ volatile(#name " %0" : "=r"(drawn), "=@ccc"(valid));                               \
        *value = drawn;                                                                            \
        return valid;                                                                              \
    }
RANDOM(rdrand)
RANDOM(rdseed)
#undef RANDOM

/* Writes the random number to the register, or 0 if there is none. */
static enum exit_action give_random(struct vcpu *vcpu, bool (*draw)(uint64_t *value))
{
    const uint32_t information = (uint32_t)vmcs_read(VM_EXIT_INSTRUCTION_INFORMATION);
    const unsigned to = (unsigned)bits_get(information, 6, 3);
    uint64_t value = 0;
    bool valid = draw(&value);
    guest_register_set(vcpu, to,
                       guest_random_register(information, guest_register(vcpu, to), value));
    vmcs_write(GUEST_RFLAGS, guest_rflags_cf(vmcs_read(GUEST_RFLAGS), valid));
    return EXIT_SKIP;
}

enum exit_action handle_rdrand(struct vcpu *vcpu)
{
    return give_random(vcpu, rdrand);
}

enum exit_action handle_rdseed(struct vcpu *vcpu)
{
    return give_random(vcpu, rdseed);
}

/* UMWAIT and TPAUSE, which exit by "RDTSC exiting". The wait ends at once, as the manual allows. CF
 * becomes 0: the limit in IA32_UMWAIT_CONTROL did not end it. */
enum exit_action handle_user_wait(struct vcpu *vcpu)
{
    const uint64_t information = vmcs_read(VM_EXIT_INSTRUCTION_INFORMATION);
    const unsigned operand = (unsigned)bits_get(information, 6, 3);
    if (!guest_user_wait_is_valid((uint32_t)guest_register(vcpu, operand)))
        return inject_gp(vcpu);
    vmcs_write(GUEST_RFLAGS, guest_rflags_cf(vmcs_read(GUEST_RFLAGS), false));
    return EXIT_SKIP;
}
