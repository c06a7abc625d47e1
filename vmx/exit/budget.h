/* How long a round may take. The VMX-preemption timer ends a guest that makes no exit (SDM Vol 3C
 * §25.5.1); at each exit the time-stamp counter is looked at as well. */
#ifndef VMX_EXIT_BUDGET_H
#define VMX_EXIT_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

/* The timer of a guest whose budget alone ends it: as long as it can be. Where the VMCS was planned
 * with less, the guest is stopped when it runs out, whatever is left of the budget. */
#define BUDGET_TIMER UINT32_MAX

/* The value of the timer, which counts once in 2^shift cycles, for at least so many of them. */
static inline uint32_t budget_timer(uint64_t cycles, unsigned shift)
{
    const uint64_t whole = cycles >> shift;
    return whole < BUDGET_TIMER ? (uint32_t)whole + 1 : BUDGET_TIMER;
}

/* A 16th of what is left later, or at the deadline where that is less than looking is worth. */
static inline uint64_t budget_look_at(uint64_t now, uint64_t deadline)
{
    const uint64_t worth = 1 << 16; /* cycles */
    const uint64_t left = deadline - now;
    return deadline == UINT64_MAX || left / 16 < worth ? deadline : now + left / 16;
}

/* From now on. The VMCS is the current one. */
void budget_begin(struct vcpu *vcpu, uint64_t cycles);

/* Whether a guest whose VM exit was at time stamp `now` may not go on. Where it may, the timer is
 * set anew now and then, so that a guest that makes no more exits is over its budget by a 16th at
 * most.
 */
bool budget_is_over(struct vcpu *vcpu, uint64_t now);

#endif
