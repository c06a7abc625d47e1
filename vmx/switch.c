/* MSRs of vmx/msr_policy.def and given ones, debug registers, vector registers. */
#include "vmx/switch.h"

#include "kernel/cpu.h"
#include "kernel/msr.h"
#include "lib/bits.h"
#include "vmx/vector_state.h"

#define DR6_RESET UINT64_C(0xffff0ff0) /* SDM Vol 3A, Table 9-1 */

/* The guest's own in the processor, as after reset: DR7 is in the VMCS, and the host uses none. */
static void clear_debug_registers(void)
{
    write_dr0(0);
    write_dr1(0);
    write_dr2(0);
    write_dr3(0);
    write_dr6(DR6_RESET);
}

static void keep_granted(struct vcpu *vcpu, const struct grants *grants)
{
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

/* Those that count by themselves differ as well, and take no harm. */
static void restore_granted(const struct vcpu *vcpu)
{
    for (unsigned i = 0; i < vcpu->own.granted_count; i++) {
        const struct kept_msr *msr = &vcpu->own.granted[i];
        uint64_t now;
        if (msr->exists && msr_try_read(msr->number, &now) && now != msr->value)
            (void)msr_try_write(msr->number, msr->value);
    }
}

/* After reset all of them are 0, but XCR0. An MSR that the processor lacks is left alone. */
void switch_to_guest(struct vcpu *vcpu, const struct grants *grants)
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
    keep_granted(vcpu, grants);
    vcpu->own.host_xcr0 = vector_state_read_xcr0();
    vector_state_init();
    clear_debug_registers();
    write_cr2(0);
}

void switch_to_host(struct vcpu *vcpu)
{
    uint64_t guests;
    for (unsigned i = 0; i < guest_msr_count; i++) {
        const struct guest_msr *msr = &guest_msrs[i];
        if (msr->place == MSR_IN_PROCESSOR && msr_try_read(msr->number, &guests))
            msr_write(msr->number, vcpu->own.host_msr[msr->index]);
    }
    restore_granted(vcpu);
    vector_state_init();
    (void)vector_state_write_xcr0(vcpu->own.host_xcr0);
    clear_debug_registers();
}
