/* The shortest way from a VM exit to the VM entry. Whatever is rare is left to the handlers, so
 * that nothing is called here, and no register needs to be kept over a call. */
#include "vmx/at_once.h"

#include <stddef.h>

#include "kernel/cpu.h"
#include "vmx/exit_reason.h"
#include "vmx/skip.h"
#include "vmx/vcpu.h"
#include "vmx/vmcs.h"

/* Time stamp and statistics. */
static inline void finish(struct vcpu *vcpu, struct exit_stat *stat)
{
    struct vcpu_context *context = &vcpu->context;
    const uint64_t now = rdtsc();
    vcpu->exits++;
    stats_sample(stat, now - context->tsc_exit);
    context->tsc_entry = now;
}

static inline bool at_once(struct vcpu *vcpu)
{
    struct guest_registers *registers = &vcpu->context.registers;
    const struct cpuid *answer;
    const uint64_t reason = vmcs_read_any(EXIT_REASON);
    vcpu->context.reason = reason;
    if (vcpu->context.tsc_exit >= vcpu->budget.look_at)
        return false;
    switch (reason) {
    case REASON_HLT:
        if (vcpu->exits >= vcpu->at_once.hlt || !skip_simple_instruction())
            return false;
        finish(vcpu, &vcpu->stats.at[REASON_HLT]);
        return true;
    case REASON_CPUID:
        if (vcpu->exits >= vcpu->at_once.cpuid)
            return false;
        answer = cpuid_cache_find(&vcpu->cpuid_cache, (uint32_t)registers->rax,
                                  (uint32_t)registers->rcx);
        if (!answer || !skip_simple_instruction())
            return false;
        registers->rax = answer->eax;
        registers->rbx = answer->ebx;
        registers->rcx = answer->ecx;
        registers->rdx = answer->edx;
        finish(vcpu, &vcpu->stats.at[REASON_CPUID]);
        return true;
    default:
        return false;
    }
}

bool exit_at_once(struct vcpu_context *context)
{
    return at_once((void *)((char *)context - offsetof(struct vcpu, context)));
}
