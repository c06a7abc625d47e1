/* RDMSR and WRMSR for the MSRs of vmx/cpu/msr_policy.def, IA32_EFER and the time-stamp counter. */
#include "vmx/exit/handle.h"

#include "kernel/cpu.h"
#include "kernel/msr.h"
#include "kernel/options.h"
#include "lib/bits.h"
#include "lib/x86.h"
#include "vmx/cpu/msr.h"
#include "vmx/exit/guest.h"
#include "vmx/exit/inject.h"
#include "vmx/vmcs.h"

/* Returns the time stamp that the guest would read with an offset of 0. */
static uint64_t scaled_tsc(const struct vcpu *vcpu)
{
    const uint64_t host = rdtsc();
    return guest_control(vcpu, SECONDARY_USE_TSC_SCALING)
               ? guest_tsc_scaled(host, vmcs_read(TSC_MULTIPLIER))
               : host;
}

/* There is no scaling without "use TSC offsetting" (SDM Vol 3C §25.3). */
uint64_t guest_tsc(const struct vcpu *vcpu)
{
    if (!guest_control(vcpu, PRIMARY_USE_TSC_OFFSETTING))
        return rdtsc();
    return scaled_tsc(vcpu) + vmcs_read(TSC_OFFSET);
}

uint32_t guest_tsc_aux(void)
{
    return (uint32_t)msr_read(IA32_TSC_AUX);
}

/* Returns true if the guest has the MSR. Some MSRs need a control that the processor may lack. */
static bool guest_has(const struct vcpu *vcpu, const struct guest_msr *msr)
{
    switch (msr->number) {
    case IA32_PAT:
        return guest_control(vcpu, ENTRY_LOAD_IA32_PAT);
    case IA32_DEBUGCTL:
        return guest_control(vcpu, ENTRY_LOAD_DEBUG_CONTROLS);
    case IA32_TSC_AUX: /* exists with RDTSCP and RDPID */
        return guest_control(vcpu, SECONDARY_ENABLE_RDTSCP);
    case IA32_UMWAIT_CONTROL:
        return guest_control(vcpu, SECONDARY_ENABLE_USER_WAIT_AND_PAUSE);
    case IA32_XSS:
        return guest_control(vcpu, SECONDARY_ENABLE_XSAVES_XRSTORS);
    case IA32_FEATURE_CONTROL:
        return vcpu->options->vmx == VMX_SHOWN;
    default:
        return true;
    }
}

/* Reads a capability MSR of the machine, if vmx=shown. The guest can read the capabilities but not
 * use VMX. */
static bool read_capability(const struct vcpu *vcpu, uint32_t number, uint64_t *value)
{
    for (unsigned i = 0; vcpu->options->vmx == VMX_SHOWN && i < CAPS_MSRS; i++) {
        if (caps_msrs[i].number == number && vcpu->caps.known[i]) {
            *value = vcpu->caps.value[i];
            return true;
        }
    }
    return false;
}

static bool read_listed(const struct vcpu *vcpu, const struct guest_msr *msr, uint64_t *value)
{
    switch ((enum guest_msr_place)msr->place) {
    case MSR_IN_FIELD:
        *value = vmcs_read(field_at(msr->field));
        return true;
    case MSR_IN_PROCESSOR:
        return msr_try_read(msr->number, value);
    case MSR_KEPT:
        break;
    }
    *value = vcpu->own.msr[msr - guest_msrs];
    return true;
}

static bool write_listed(struct vcpu *vcpu, const struct guest_msr *msr, uint64_t value)
{
    switch ((enum guest_msr_place)msr->place) {
    case MSR_IN_FIELD:
        vmcs_write(field_at(msr->field), value);
        return true;
    case MSR_IN_PROCESSOR:
        return msr_try_write(msr->number, value);
    case MSR_KEPT:
        break;
    }
    vcpu->own.msr[msr - guest_msrs] = value;
    return true;
}

static uint64_t efer_allowed(void)
{
    const uint32_t features = cpuid(CPUID_LEAF_EXTENDED_FEATURES, 0).edx;
    return (features & CPUID_80000001_EDX_LM ? EFER_SCE | EFER_LME | EFER_LMA : 0) |
           (features & CPUID_80000001_EDX_NX ? EFER_NXE : 0);
}

static bool write_efer(struct vcpu *vcpu, uint64_t value)
{
    struct guest_crs crs = guest_crs_read(vcpu);
    if (!guest_control(vcpu, ENTRY_LOAD_IA32_EFER) ||
        guest_efer_write(&crs, efer_allowed(), value) != CR_WRITTEN)
        return false;
    guest_crs_write(vcpu, &crs);
    return true;
}

/* Sets the offset and turns on its control, which every processor has. */
static void write_tsc(struct vcpu *vcpu, uint64_t value)
{
    guest_control_set(vcpu, PRIMARY_USE_TSC_OFFSETTING, true);
    vmcs_write(TSC_OFFSET, guest_tsc_offset(scaled_tsc(vcpu), value));
}

/* Returns true if the access goes to the machine's own MSR. As a guest, the running kernel accesses
 * all MSRs of the machine, except those that VM entries and exits switch. */
static bool goes_to_machine(const struct vcpu *vcpu, const struct guest_msr *msr)
{
    return vcpu->is_kernel && !(msr && msr->place == MSR_IN_FIELD && guest_has(vcpu, msr));
}

static bool read(const struct vcpu *vcpu, uint32_t number, uint64_t *value)
{
    const struct guest_msr *msr = guest_msr_find(number);
    if (number == IA32_EFER) {
        *value = guest_efer(vcpu);
        return true;
    }
    if (number == IA32_TIME_STAMP_COUNTER) {
        *value = guest_tsc(vcpu);
        return true;
    }
    if (goes_to_machine(vcpu, msr))
        return msr_try_read(number, value);
    return (msr && guest_has(vcpu, msr) && read_listed(vcpu, msr, value)) ||
           read_capability(vcpu, number, value);
}

enum exit_action handle_rdmsr(struct vcpu *vcpu)
{
    uint64_t value;
    if (!read(vcpu, (uint32_t)vcpu->context.registers.rcx, &value))
        return inject_gp(vcpu);
    guest_edx_eax_set(vcpu, value);
    return EXIT_SKIP;
}

static bool write(struct vcpu *vcpu, uint32_t number, uint64_t value)
{
    const struct guest_msr *msr = guest_msr_find(number);
    uint64_t now;
    if (number == IA32_EFER)
        return write_efer(vcpu, value);
    if (number == IA32_TIME_STAMP_COUNTER) {
        write_tsc(vcpu, value);
        return true;
    }
    if (goes_to_machine(vcpu, msr))
        return msr_try_write(number, value);
    return msr && guest_has(vcpu, msr) && read_listed(vcpu, msr, &now) &&
           guest_msr_may_become(msr, now, value, vcpu->caps.linear_bits) &&
           write_listed(vcpu, msr, value);
}

enum exit_action handle_wrmsr(struct vcpu *vcpu)
{
    const uint32_t number = (uint32_t)vcpu->context.registers.rcx;
    if (number == IA32_XSS) /* CPUID leaf 0DH reports the size that IA32_XSS needs */
        cpuid_cache_forget(&vcpu->cpuid_cache);
    return write(vcpu, number, guest_edx_eax(vcpu)) ? EXIT_SKIP : inject_gp(vcpu);
}
