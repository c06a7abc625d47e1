/* Reading CPUID: vendor, family, model, hypervisor, widths of addresses. */
#include "kernel/identify.h"

#include "kernel/cpu.h"
#include "lib/bits.h"
#include "lib/string.h"
#include "lib/x86.h"

/* Joins three registers of four characters each to a string. */
static void join_registers(char text[13], uint32_t first, uint32_t second, uint32_t third)
{
    const uint32_t words[3] = {first, second, third};
    memcpy(text, words, sizeof words);
    text[12] = '\0';
}

struct cpu_facts identify_cpu(void)
{
    struct cpu_facts facts = {0};
    struct cpuid vendor = cpuid(0, 0);
    struct cpuid version = cpuid(1, 0);
    join_registers(facts.vendor, vendor.ebx, vendor.edx, vendor.ecx);
    if (version.ecx & CPUID_1_ECX_HYPERVISOR) {
        struct cpuid hypervisor = cpuid(CPUID_LEAF_HYPERVISOR, 0);
        join_registers(facts.hypervisor, hypervisor.ebx, hypervisor.ecx, hypervisor.edx);
    }

    /* Only some families use the extended parts (SDM Vol 2A, CPUID, "Version Information"). */
    unsigned family = (unsigned)bits_get(version.eax, 11, 8);
    unsigned model = (unsigned)bits_get(version.eax, 7, 4);
    facts.family = family == 0xf ? family + (unsigned)bits_get(version.eax, 27, 20) : family;
    facts.model = family == 0x6 || family == 0xf
                      ? model | (unsigned)bits_get(version.eax, 19, 16) << 4
                      : model;
    /* Every 64-bit processor has this leaf. */
    uint32_t widths = cpuid(CPUID_LEAF_ADDRESS_WIDTHS, 0).eax;
    facts.physical_bits = (unsigned)bits_get(widths, 7, 0);
    facts.linear_bits = (unsigned)bits_get(widths, 15, 8);
    facts.vmx = version.ecx & CPUID_1_ECX_VMX;
    return facts;
}
