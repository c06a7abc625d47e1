/* CPUID. */
#include "vmx/handle.h"

#include "lib/bits.h"
#include "vmx/guest.h"
#include "vmx/guest_cpuid.h"

enum exit_action handle_cpuid(struct vcpu *vcpu)
{
    struct guest_registers *registers = &vcpu->context.registers;
    const struct control_words controls = guest_controls(vcpu);
    const struct guest_cpuid guest = {
        .host = cpuid,
        .controls = &controls,
        .cr4 = guest_cr4(),
        .is_64_bit = guest_in_64_bit_mode(),
        .vmx_shown = vcpu->vmx_shown,
    };
    struct cpuid answer = guest_cpuid(&guest, (uint32_t)registers->rax, (uint32_t)registers->rcx);
    registers->rax = answer.eax;
    registers->rbx = answer.ebx;
    registers->rcx = answer.ecx;
    registers->rdx = answer.edx;
    return EXIT_SKIP;
}
