/* The local APIC, silenced. */
#include "kernel/apic.h"

#include "kernel/cpu.h"
#include "kernel/msr.h"
#include "kernel/paging.h"
#include "lib/bits.h"

#define CPUID_APIC BIT(9) /* leaf 1, EDX */

/* IA32_APIC_BASE (SDM Vol 3A §10.4.4, §10.12.1). */
#define APIC_ENABLED BIT(11)
#define APIC_X2APIC  BIT(10)
#define APIC_ADDRESS BITS(51, 12)

/* Spurious-interrupt vector register (§10.9): with bit 8 clear, every local interrupt is masked and
 * no other but NMI, INIT, SMI and SIPI is accepted (§10.4.7.2). */
#define SPURIOUS_ENABLE UINT32_C(0x100)
#define SPURIOUS_OFFSET 0xf0

void apic_disable(void)
{
    uint64_t base;
    if (!(cpuid(1, 0).edx & CPUID_APIC) || !msr_try_read(IA32_APIC_BASE, &base) ||
        !(base & APIC_ENABLED))
        return;
    if (base & APIC_X2APIC) {
        msr_write(IA32_X2APIC_SIVR, msr_read(IA32_X2APIC_SIVR) & ~(uint64_t)SPURIOUS_ENABLE);
        return;
    }
    paging_map_device(base & APIC_ADDRESS);
    volatile uint32_t *spurious = (volatile uint32_t *)((base & APIC_ADDRESS) + SPURIOUS_OFFSET);
    *spurious &= ~SPURIOUS_ENABLE;
}
