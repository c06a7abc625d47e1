/* Identifies the processor (SDM Vol 2A, "CPUID, CPU Identification"). */
#ifndef KERNEL_IDENTIFY_H
#define KERNEL_IDENTIFY_H

#include <stdbool.h>

struct cpu_facts {
    char vendor[13];     /* CPUID 0: EBX, EDX, ECX */
    char hypervisor[13]; /* CPUID 40000000H: EBX, ECX, EDX; "" on a bare machine */
    unsigned family;     /* display family and model, CPUID 1 */
    unsigned model;
    unsigned physical_bits; /* widths of physical and linear addresses, CPUID 80000008H */
    unsigned linear_bits;
    bool vmx; /* CPUID 1, ECX bit 5 */
};

struct cpu_facts identify_cpu(void);

#endif
