/* A trace of VM exits in memory: the last so many of a round, printed after the guest has stopped,
 * so that it costs the guest little time. */
#ifndef VMX_EXIT_RING_H
#define VMX_EXIT_RING_H

#include <stdint.h>

#include "vmx/exit/record.h"
#include "vmx/exit/vcpu.h"

struct memory;

/* Takes memory for so many records, rounded up to a power of two. Where there is none, ends the
 * machine with a result line that says so. */
void ring_create(struct exit_ring *ring, struct memory *memory, uint64_t records);

/* Before the first exit, once the processor is known. */
void ring_begin(struct vcpu *vcpu);

/* Records the last VM exit, which is counted and not yet handled; the action is filled in later. */
struct exit_record *ring_take(struct vcpu *vcpu);

/* Prints a `trace` line and an `exit` line for each record of the round. */
void ring_print(const struct vcpu *vcpu);

#endif
