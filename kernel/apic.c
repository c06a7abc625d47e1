/* Accessing the registers of the local APIC, in memory or as MSRs. */
#include "kernel/apic.h"

#include "kernel/cpu.h"
#include "kernel/msr.h"
#include "kernel/paging.h"
#include "lib/bits.h"
#include "lib/x86.h"

/* IA32_APIC_BASE (SDM Vol 3A §10.4.4, §10.12.1). */
#define APIC_ENABLED BIT(11)
#define APIC_X2APIC  BIT(10)
#define APIC_ADDRESS BITS(51, 12)

/* Registers by their offsets in memory. In x2APIC mode, a register is MSR 800H + offset / 16
 * (§10.12.1.2). */
enum apic_register {
    END_OF_INTERRUPT = 0xb0,
    SPURIOUS = 0xf0,
    INTERRUPT_REQUESTS = 0x200, /* eight registers, for 32 vectors each */
    ERROR_STATUS = 0x280,       /* a write clears logged errors (§10.5.3) */
    INTERRUPT_COMMAND = 0x300,
};

/* Spurious-interrupt vector register (§10.9). While bit 8 is 0, all local interrupts are masked,
 * and the processor accepts only NMI, INIT, SMI and SIPI (§10.4.7.2). */
#define SPURIOUS_ENABLE UINT32_C(0x100)

/* Interrupt command register (§10.6.1): fixed delivery to this processor only. */
#define COMMAND_TO_SELF (UINT32_C(1) << 18 | UINT32_C(1) << 14)

static bool read_base(uint64_t *base)
{
    return (cpuid(1, 0).edx & CPUID_1_EDX_APIC) && msr_try_read(IA32_APIC_BASE, base) &&
           (*base & APIC_ENABLED);
}

static volatile uint32_t *in_memory(uint64_t base, uint32_t offset)
{
    return (volatile uint32_t *)((base & APIC_ADDRESS) + offset);
}

static uint32_t read_register(uint64_t base, uint32_t offset)
{
    return base & APIC_X2APIC ? (uint32_t)msr_read(IA32_X2APIC_FIRST + offset / 16)
                              : *in_memory(base, offset);
}

static void write_register(uint64_t base, uint32_t offset, uint32_t value)
{
    if (base & APIC_X2APIC)
        msr_write(IA32_X2APIC_FIRST + offset / 16, value);
    else
        *in_memory(base, offset) = value;
}

void apic_disable(void)
{
    uint64_t base;
    if (!read_base(&base))
        return;
    if (!(base & APIC_X2APIC))
        paging_map_device(base & APIC_ADDRESS);
    write_register(base, SPURIOUS, read_register(base, SPURIOUS) & ~SPURIOUS_ENABLE);
}

bool apic_is_there(void)
{
    uint64_t base;
    return read_base(&base);
}

/* IA32_APIC_BASE as enable() found it; 0: there is no local APIC. Cached, because CPUID and RDMSR
 * would take longer than the interrupts that a benchmark measures. */
static uint64_t enabled;

static void enable(void)
{
    if (!read_base(&enabled)) {
        enabled = 0;
        return;
    }
    write_register(enabled, SPURIOUS, read_register(enabled, SPURIOUS) | SPURIOUS_ENABLE);
}

void apic_end_interrupt(void)
{
    if (enabled != 0)
        write_register(enabled, END_OF_INTERRUPT, 0);
}

static bool is_requested(uint8_t vector)
{
    const uint32_t requests = read_register(enabled, INTERRUPT_REQUESTS + vector / 32 * 16U);
    return (requests & (UINT32_C(1) << vector % 32)) != 0;
}

void apic_interrupt_self(uint8_t vector)
{
    if (enabled == 0)
        enable();
    if (enabled == 0)
        return;
    write_register(enabled, INTERRUPT_COMMAND, COMMAND_TO_SELF | vector);
    for (unsigned tries = 0; tries < 1000 && !is_requested(vector); tries++)
        ;
}

void apic_rehearse_interrupt(uint8_t vector)
{
    if (enabled == 0)
        return;
    write_register(enabled, ERROR_STATUS, 0);
    (void)is_requested(vector);
}
