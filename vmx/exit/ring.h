/* A trace of VM exits in memory: the last so many of a round, printed after the guest has stopped,
 * so that it costs the guest little time. */
#ifndef VMX_EXIT_RING_H
#define VMX_EXIT_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "vmx/exit/decode.h"

enum { RING_VALUES = 3 };

/* A VM exit. Of what it carries (vmx/exits.def) there is room for the first values of
 * vmx/exit/ring.c's list. */
struct exit_record {
    uint64_t entered, exited; /* time stamps */
    uint64_t rip, qualification;
    uint32_t reason; /* the whole field */
    uint8_t length;  /* of the instruction */
    uint8_t action;  /* enum exit_action */
    bool in_64_bit;  /* the guest was in 64-bit mode, where the reason's decoding asks */
    uint64_t value[RING_VALUES]; /* which, the reason says */
};
_Static_assert(sizeof(struct exit_record) == 64, "a cache line");

struct exit_ring {
    struct exit_record *at; /* NULL: none */
    uint64_t mask;          /* how many records, a power of two, less 1 */
};

/* Of all records, in bytes. */
static inline uint64_t ring_size(const struct exit_ring *ring)
{
    return (ring->mask + 1) * sizeof *ring->at;
}

/* That of the exit after `exits` others of its round. */
static inline struct exit_record *ring_record(const struct exit_ring *ring, uint64_t exits)
{
    return &ring->at[exits & ring->mask];
}

/* The values of a record whose reason tells of registers, as far as no field is worth more. */
static inline void ring_keep_registers(struct exit_record *record, uint64_t rax, uint64_t rcx,
                                       uint64_t rdx)
{
    record->value[0] = rdx;
    record->value[1] = rcx;
    record->value[2] = rax;
}

struct vcpu;
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
