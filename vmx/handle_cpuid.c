/* CPUID exits: the instruction always exits (SDM Vol 3C §25.1.2). */
#include "vmx/handle_cpuid.h"

#include "lib/bits.h"
#include "vmx/vmcs.h"

/* Leaf 1, ECX, and leaf 7, ECX (SDM Vol 2A, CPUID). */
#define VMX        BIT(5)
#define OSXSAVE    BIT(27)
#define HYPERVISOR BIT(31) /* "not used, 0": what hypervisors by agreement set */
#define OSPKE      BIT(4)

#define CR4_OSXSAVE BIT(18)
#define CR4_PKE     BIT(22)

enum {
    LEAF_FEATURES = 1,
    LEAF_MORE_FEATURES = 7,
    LEAF_HYPERVISOR = 0x40000000,
    LEAF_INTERFACE = 0x40000001,
    INTERFACE = 1, /* docs/guests.md: the hypercalls */
};

static uint32_t with(uint32_t word, uint64_t flag, bool set)
{
    return (uint32_t)(set ? word | flag : word & ~flag);
}

struct cpuid cpuid_for_guest(uint32_t leaf, uint32_t subleaf, struct cpuid real, uint64_t cr4)
{
    switch (leaf) {
    case LEAF_FEATURES:
        real.ecx = with(real.ecx, VMX, false);
        real.ecx = with(real.ecx, OSXSAVE, cr4 & CR4_OSXSAVE);
        real.ecx = with(real.ecx, HYPERVISOR, true);
        return real;
    case LEAF_MORE_FEATURES:
        if (subleaf == 0)
            real.ecx = with(real.ecx, OSPKE, cr4 & CR4_PKE);
        return real;
    case LEAF_HYPERVISOR: /* "Trapline", in EBX, ECX, EDX */
        return (struct cpuid){LEAF_INTERFACE, 0x70617254, 0x656e696c, 0};
    case LEAF_INTERFACE:
        return (struct cpuid){INTERFACE, 0, 0, 0};
    default:
        return real;
    }
}

/* The bits that are the host's are in the shadow. */
static uint64_t guest_cr4(void)
{
    const uint64_t hosts = vmcs_read(CR4_GUEST_HOST_MASK);
    return (vmcs_read(GUEST_CR4) & ~hosts) | (vmcs_read(CR4_READ_SHADOW) & hosts);
}

enum exit_action handle_cpuid(struct vcpu *vcpu)
{
    struct guest_registers *registers = &vcpu->context.registers;
    const uint32_t leaf = (uint32_t)registers->rax, subleaf = (uint32_t)registers->rcx;
    const struct cpuid answer = cpuid_for_guest(leaf, subleaf, cpuid(leaf, subleaf), guest_cr4());
    registers->rax = answer.eax;
    registers->rbx = answer.ebx;
    registers->rcx = answer.ecx;
    registers->rdx = answer.edx;
    return EXIT_SKIP;
}
