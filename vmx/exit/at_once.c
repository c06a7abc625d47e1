/* The shortest path from a VM exit to the next VM entry. It leaves rare cases to the handlers, so
 * that it calls no function and need not save registers over a call. */
#include "vmx/exit/at_once.h"

#include <stddef.h>

#include "kernel/cpu.h"
#include "vmx/exit/action.h"
#include "vmx/exit/skip.h"
#include "vmx/exit/vcpu.h"
#include "vmx/exit_reason.h"
#include "vmx/instructions.h"

/* Records the exit as ring_take() would, in fewer instructions. HLT and CPUID have no
 * qualification. */
static inline void record(struct vcpu *vcpu, uint64_t reason, struct skipped skipped)
{
    const struct vcpu_context *context = &vcpu->context;
    struct exit_record *record = ring_record(&vcpu->ring, vcpu->exits);
    record->entered = context->tsc_entry;
    record->exited = context->tsc_exit;
    record->rip = skipped.rip;
    record->qualification = 0;
    record->reason = (uint32_t)reason;
    record->length = (uint8_t)skipped.length;
    record->action = EXIT_SKIP;
    record->in_64_bit = false; /* decoding HLT and CPUID does not depend on it */
    ring_keep_registers(record, context->registers.rax, context->registers.rcx,
                        context->registers.rdx);
}

/* Takes the time stamp of the VM entry and counts the exit. */
static inline void finish_exit(struct vcpu *vcpu, struct exit_stat *stat)
{
    struct vcpu_context *context = &vcpu->context;
    const uint64_t now = rdtsc();
    vcpu->exits++;
    stats_sample(stat, now - context->tsc_exit);
    context->tsc_entry = now;
}

/* Inlined into the two functions below, in which recorded is a constant. */
static inline __attribute__((always_inline)) bool at_once(struct vcpu_context *context,
                                                          bool recorded)
{
    struct vcpu *vcpu = (void *)((char *)context - offsetof(struct vcpu, context));
    struct skipped skipped;
    struct guest_registers *registers = &context->registers;
    const struct cpuid *answer;
    const uint64_t reason = vmread_any(EXIT_REASON);
    context->reason = reason;
    if (context->tsc_exit >= vcpu->budget.look_at)
        return false;
    switch (reason) {
    case REASON_HLT:
        if (vcpu->exits >= vcpu->at_once.hlt || !skip_simple_instruction(&skipped))
            return false;
        if (recorded)
            record(vcpu, REASON_HLT, skipped);
        finish_exit(vcpu, &vcpu->stats.at[REASON_HLT]);
        return true;
    case REASON_CPUID:
        if (vcpu->exits >= vcpu->at_once.cpuid)
            return false;
        answer = cpuid_cache_find(&vcpu->cpuid_cache, (uint32_t)registers->rax,
                                  (uint32_t)registers->rcx);
        if (!answer || !skip_simple_instruction(&skipped))
            return false;
        if (recorded)
            record(vcpu, REASON_CPUID, skipped);
        registers->rax = answer->eax;
        registers->rbx = answer->ebx;
        registers->rcx = answer->ecx;
        registers->rdx = answer->edx;
        finish_exit(vcpu, &vcpu->stats.at[REASON_CPUID]);
        return true;
    default:
        return false;
    }
}

bool exit_at_once(struct vcpu_context *context)
{
    return at_once(context, false);
}

bool exit_at_once_recorded(struct vcpu_context *context)
{
    return at_once(context, true);
}
