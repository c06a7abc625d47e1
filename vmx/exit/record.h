/* The records of VM exits in memory, which vmx/exit/ring.c fills in and prints. */
#ifndef VMX_EXIT_RECORD_H
#define VMX_EXIT_RECORD_H

#include <stdbool.h>
#include <stdint.h>

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

#endif
