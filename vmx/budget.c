/* Deadline and timer. */
#include "vmx/budget.h"

#include "kernel/cpu.h"
#include "vmx/guest.h"
#include "vmx/handle.h"
#include "vmx/vmcs.h"

void budget_begin(struct vcpu *vcpu, uint64_t cycles)
{
    vcpu->budget = (struct budget){
        .deadline = cycles == 0 ? UINT64_MAX : rdtsc() + cycles,
        .timer = (uint32_t)image_get(&vcpu->image, VMX_PREEMPTION_TIMER_VALUE),
    };
}

bool budget_is_over(const struct vcpu *vcpu)
{
    return rdtsc() >= vcpu->budget.deadline;
}

void budget_arm(const struct vcpu *vcpu)
{
    const uint64_t now = rdtsc(), deadline = vcpu->budget.deadline;
    if (deadline == UINT64_MAX || !guest_control(vcpu, PIN_ACTIVATE_VMX_PREEMPTION_TIMER))
        return;
    const unsigned shift = (unsigned)caps_bits(&vcpu->caps, IA32_VMX_MISC_PREEMPTION_TIMER_RATE);
    const uint32_t left = budget_timer(deadline > now ? deadline - now : 0, shift);
    vmcs_write(VMX_PREEMPTION_TIMER_VALUE, left < vcpu->budget.timer ? left : vcpu->budget.timer);
}

enum exit_action handle_preemption_timer(struct vcpu *vcpu)
{
    if (vcpu->budget.timer < BUDGET_TIMER)
        return guest_stop(vcpu, "the time that vmcs.VMX_PREEMPTION_TIMER_VALUE gave it is used up");
    return EXIT_RESUME; /* the timer is shorter than the budget, which is looked at next */
}
