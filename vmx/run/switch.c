/* Switching MSRs of vmx/cpu/msr_policy.def, MSRs that msrs= gives to the guest, vector registers,
 * debug registers and CR2. */
#include "vmx/run/switch.h"

#include "kernel/cpu.h"
#include "kernel/msr.h"
#include "kernel/options.h"
#include "lib/bits.h"
#include "lib/x86.h"
#include "vmx/vector_state.h"

static void keep_granted(struct vcpu *vcpu)
{
    const struct grants *grants = &vcpu->options->grants;
    unsigned kept = 0;
    for (unsigned i = 0; i < grants->msrs; i++) {
        for (uint32_t number = grants->msr[i].first; number <= grants->msr[i].last; number++) {
            struct kept_msr *msr = &vcpu->own.granted[kept++];
            msr->number = number;
            msr->exists = msr_try_read(number, &msr->value);
        }
    }
    vcpu->own.granted_count = kept;
}

/* Writes back MSRs that differ. That includes MSRs that count by themselves, which does no harm. */
static void restore_granted(const struct vcpu *vcpu)
{
    for (unsigned i = 0; i < vcpu->own.granted_count; i++) {
        const struct kept_msr *msr = &vcpu->own.granted[i];
        uint64_t now;
        if (msr->exists && msr_try_read(msr->number, &now) && now != msr->value)
            (void)msr_try_write(msr->number, msr->value);
    }
}

/* Switches DR0 to DR3 and DR6. VM entries and exits switch DR7, so the guest's breakpoints cannot
 * hit in the host. */
static void switch_debug_to_guest(struct guest_own *own)
{
    const uint64_t dr[GUEST_BREAKPOINTS] = {read_dr0(), read_dr1(), read_dr2(), read_dr3()};
    for (unsigned i = 0; i < GUEST_BREAKPOINTS; i++)
        own->host_dr[i] = dr[i];
    own->host_dr6 = read_dr6();
    write_dr0(0);
    write_dr1(0);
    write_dr2(0);
    write_dr3(0);
    write_dr6(DR6_AT_RESET);
}

static void switch_debug_to_host(const struct guest_own *own)
{
    write_dr0(own->host_dr[0]);
    write_dr1(own->host_dr[1]);
    write_dr2(own->host_dr[2]);
    write_dr3(own->host_dr[3]);
    write_dr6(own->host_dr6);
}

/* After a reset all of these registers are 0, except XCR0 and DR6. Skips MSRs that the processor
 * lacks. Bochs may read such an MSR as 0 but refuse to write it, so failed writes are ignored. */
void switch_to_guest(struct vcpu *vcpu)
{
    vcpu->own = (struct guest_own){0};
    for (unsigned i = 0; i < GUEST_MSRS; i++) {
        const struct guest_msr *msr = &guest_msrs[i];
        if (msr->place == MSR_KEPT)
            vcpu->own.msr[i] = msr->initial;
        if (msr->place == MSR_IN_PROCESSOR && msr_try_read(msr->number, &vcpu->own.host_msr[i]))
            (void)msr_try_write(msr->number, 0);
    }
    keep_granted(vcpu);
    vcpu->own.host_xcr0 = vector_state_read_xcr0();
    vector_state_init();
    switch_debug_to_guest(&vcpu->own);
    vcpu->own.host_cr2 = read_cr2();
    write_cr2(0);
}

void switch_to_host(struct vcpu *vcpu)
{
    uint64_t guests;
    for (unsigned i = 0; i < GUEST_MSRS; i++) {
        const struct guest_msr *msr = &guest_msrs[i];
        if (msr->place == MSR_IN_PROCESSOR && msr_try_read(msr->number, &guests))
            (void)msr_try_write(msr->number, vcpu->own.host_msr[i]);
    }
    restore_granted(vcpu);
    vector_state_init();
    (void)vector_state_write_xcr0(vcpu->own.host_xcr0);
    switch_debug_to_host(&vcpu->own);
    write_cr2(vcpu->own.host_cr2);
}
