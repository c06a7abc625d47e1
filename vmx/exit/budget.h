/* Limits the time of a round. Each exit compares the time-stamp counter with the deadline. The
 * VMX-preemption timer stops a guest that makes no exits (SDM Vol 3C §25.5.1). */
#ifndef VMX_EXIT_BUDGET_H
#define VMX_EXIT_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

/* The planned timer of a guest that only its budget limits: the longest. A shorter planned timer
 * stops the guest when it expires, even if the budget is not exhausted. */
#define BUDGET_TIMER UINT32_MAX

/* Returns the timer value for at least `cycles` cycles. The timer counts down once in 2^shift
 * cycles. */
static inline uint32_t budget_timer(uint64_t cycles, unsigned shift)
{
    const uint64_t whole = cycles >> shift;
    return whole < BUDGET_TIMER ? (uint32_t)whole + 1 : BUDGET_TIMER;
}

/* Returns when to check the deadline again: after a 16th of the time left, or at the deadline if
 * little is left. */
static inline uint64_t budget_look_at(uint64_t now, uint64_t deadline)
{
    const uint64_t least = 1 << 16; /* the least interval in cycles */
    const uint64_t left = deadline - now;
    return deadline == UINT64_MAX || left / 16 < least ? deadline : now + left / 16;
}

/* Starts the budget now. The vcpu's VMCS must be the current one. */
void budget_begin(struct vcpu *vcpu, uint64_t cycles);

/* Returns true if the budget is exhausted. now: time stamp of a VM exit. Otherwise sets the timer
 * again if budget.look_at has passed. So a guest that makes no more exits exceeds its budget by at
 * most a 16th. */
bool budget_is_over(struct vcpu *vcpu, uint64_t now);

#endif
