/* CPUID as the guest sees it, and its cache. */
#include "vmx/exit/handle.h"

#include "kernel/cpu.h"
#include "kernel/options.h"
#include "lib/bits.h"
#include "lib/x86.h"
#include "vmx/cpu/cpuid.h"
#include "vmx/exit/guest.h"

/* Returns true if the answer for this leaf may be cached. Answers depend on CR4, XCR0 or IA32_XSS.
 * Handlers that change these empty the cache, but the guest may be able to change CR4 or an MSR
 * without a VM exit. Leaf 80000001H depends on the guest's mode. */
static bool may_cache(const struct vcpu *vcpu, uint32_t leaf)
{
    const uint64_t cr4 = CR4_OSXSAVE | CR4_PKE;
    const uint64_t owned = image_get(&vcpu->image, CR4_GUEST_HOST_MASK);
    switch (leaf) {
    case CPUID_LEAF_FEATURES:
    case CPUID_LEAF_MORE_FEATURES:
    case CPUID_LEAF_XSAVE:
        return (owned & cr4) == cr4 && vcpu->own.granted_count == 0;
    case CPUID_LEAF_EXTENDED_FEATURES:
        return false;
    default:
        return vcpu->own.granted_count == 0;
    }
}

enum exit_action handle_cpuid(struct vcpu *vcpu)
{
    struct guest_registers *registers = &vcpu->context.registers;
    const struct control_words controls = guest_controls(vcpu);
    const struct guest_cpuid guest = {
        .host = cpuid,
        .controls = &controls,
        .cr4 = guest_cr4(),
        .is_64_bit = guest_in_64_bit_mode(),
        .vmx_shown = vcpu->options->vmx == VMX_SHOWN,
    };
    const uint32_t leaf = (uint32_t)registers->rax, subleaf = (uint32_t)registers->rcx;
    const struct cpuid answer = guest_cpuid(&guest, leaf, subleaf);
    if (may_cache(vcpu, guest_cpuid_leaf(&guest, leaf)))
        cpuid_cache_keep(&vcpu->cpuid_cache, leaf, subleaf, answer);
    registers->rax = answer.eax;
    registers->rbx = answer.ebx;
    registers->rcx = answer.ecx;
    registers->rdx = answer.edx;
    return EXIT_SKIP;
}
