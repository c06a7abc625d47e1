/* Keeps the last VM exits of a round in memory and prints them after the guest has stopped, which
 * costs the guest little time. */
#ifndef VMX_EXIT_RING_H
#define VMX_EXIT_RING_H

#include <stdint.h>

#include "vmx/exit/record.h"
#include "vmx/exit/vcpu.h"

struct memory;

/* Takes memory for `records` records, rounded up to a power of two. If there is none, ends the
 * machine with a result line that says so. */
void ring_create(struct exit_ring *ring, struct memory *memory, uint64_t records);

/* Prepares the ring for a round. Call it after caps_read() and before the first exit. */
void ring_begin(struct vcpu *vcpu);

/* Records the last VM exit. Call it when vcpu->exits counts the exit and no handler has run yet.
 * The caller fills in the action later. */
struct exit_record *ring_take(struct vcpu *vcpu);

/* Prints a `trace` line and an `exit` line for each record of the round. */
void ring_print(const struct vcpu *vcpu);

#endif
