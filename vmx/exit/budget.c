/* Keeping the deadline and the VMX-preemption timer. */
#include "vmx/exit/budget.h"

#include "kernel/cpu.h"
#include "vmx/exit/guest.h"
#include "vmx/exit/handle.h"
#include "vmx/vmcs.h"

/* Sets the timer to the rest of the budget, or to its planned value if that is less. */
static void arm(struct vcpu *vcpu, uint64_t now)
{
    struct budget *budget = &vcpu->budget;
    budget->look_at = budget_look_at(now, budget->deadline);
    if (!guest_control(vcpu, PIN_ACTIVATE_VMX_PREEMPTION_TIMER))
        return;
    if (budget->deadline == UINT64_MAX) {
        vmcs_write(VMX_PREEMPTION_TIMER_VALUE, budget->timer);
        return;
    }
    const unsigned shift = (unsigned)caps_bits(&vcpu->caps, IA32_VMX_MISC_PREEMPTION_TIMER_RATE);
    const uint32_t left = budget_timer(budget->deadline - now, shift);
    vmcs_write(VMX_PREEMPTION_TIMER_VALUE, left < budget->timer ? left : budget->timer);
}

void budget_begin(struct vcpu *vcpu, uint64_t cycles)
{
    const uint64_t now = rdtsc();
    vcpu->budget = (struct budget){
        .deadline = cycles == 0 ? UINT64_MAX : now + cycles,
        .timer = (uint32_t)image_get(&vcpu->image, VMX_PREEMPTION_TIMER_VALUE),
    };
    arm(vcpu, now);
}

bool budget_is_over(struct vcpu *vcpu, uint64_t now)
{
    if (now < vcpu->budget.look_at)
        return false;
    if (now >= vcpu->budget.deadline)
        return true;
    arm(vcpu, now);
    return false;
}

enum exit_action handle_preemption_timer(struct vcpu *vcpu)
{
    if (vcpu->budget.timer < BUDGET_TIMER && !vcpu->answers->own_timer)
        return guest_stop(vcpu, "the timer that vmcs.VMX_PREEMPTION_TIMER_VALUE set has expired");
    vcpu->budget.look_at = 0; /* the timer cannot hold the whole budget: check the deadline now */
    return EXIT_RESUME;
}
