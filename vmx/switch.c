/* MSRs of vmx/msr_policy.def, and XCR0. */
#include "vmx/switch.h"

#include "kernel/cpu.h"
#include "kernel/msr.h"
#include "lib/bits.h"

#define CPUID_XSAVE  BIT(26) /* leaf 1, ECX */
#define CR4_OSXSAVE  BIT(18)
#define XCR0_INITIAL BIT(0) /* x87, the state after reset (SDM Vol 1 §13.3) */

static bool has_xcr0(void)
{
    return (cpuid(1, 0).ecx & CPUID_XSAVE) != 0;
}

/* The host has OSXSAVE off, and XCR0 can only be reached with it on. */
static uint64_t read_xcr0(void)
{
    const uint64_t cr4 = read_cr4();
    uint32_t low, high;
    write_cr4(cr4 | CR4_OSXSAVE);
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    write_cr4(cr4);
    return (uint64_t)high << 32 | low;
}

static bool try_xsetbv(uint64_t value)
{
    __asm__ goto("1: xsetbv\n"
                 ".pushsection .fixup, \"a\"\n"
                 ".quad 1b, %l[fault]\n"
                 ".popsection\n"
                 :
                 : "a"((uint32_t)value), "d"((uint32_t)(value >> 32)), "c"(0)
                 : "memory"
                 : fault);
    return true;
fault:
    return false;
}

bool switch_write_xcr0(uint64_t value)
{
    const uint64_t cr4 = read_cr4();
    write_cr4(cr4 | CR4_OSXSAVE);
    bool written = try_xsetbv(value);
    write_cr4(cr4);
    return written;
}

/* After reset all of them are 0, but XCR0. An MSR that the processor lacks is left alone. */
void switch_to_guest(struct vcpu *vcpu)
{
    vcpu->own = (struct guest_own){0};
    for (unsigned i = 0; i < guest_msr_count; i++) {
        const struct guest_msr *msr = &guest_msrs[i];
        if (msr->place == MSR_KEPT)
            vcpu->own.msr[msr->index] = msr->begins;
        if (msr->place == MSR_IN_PROCESSOR &&
            msr_try_read(msr->number, &vcpu->own.host_msr[msr->index]))
            msr_write(msr->number, 0);
    }
    if (has_xcr0()) {
        vcpu->own.host_xcr0 = read_xcr0();
        (void)switch_write_xcr0(XCR0_INITIAL);
    }
}

void switch_to_host(struct vcpu *vcpu)
{
    uint64_t guests;
    for (unsigned i = 0; i < guest_msr_count; i++) {
        const struct guest_msr *msr = &guest_msrs[i];
        if (msr->place == MSR_IN_PROCESSOR && msr_try_read(msr->number, &guests))
            msr_write(msr->number, vcpu->own.host_msr[msr->index]);
    }
    if (has_xcr0())
        (void)switch_write_xcr0(vcpu->own.host_xcr0);
}
