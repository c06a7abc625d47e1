/* Records of VM exits in memory. vmx/exit/ring.c fills them in and prints them. */
#ifndef VMX_EXIT_RECORD_H
#define VMX_EXIT_RECORD_H

#include <stdbool.h>
#include <stdint.h>

enum { RING_VALUES = 3 };

/* A record of a VM exit. It has room for three of the values that the exit carries (vmx/exits.def).
 * A list in vmx/exit/ring.c ranks them. */
struct exit_record {
    uint64_t entered, exited; /* time stamps */
    uint64_t rip, qualification;
    uint32_t reason; /* the whole field */
    uint8_t length;  /* of the instruction */
    uint8_t action;  /* enum exit_action */
    bool in_64_bit;  /* the guest was in 64-bit mode; kept only if decoding depends on it */
    uint64_t value[RING_VALUES]; /* the reason determines which */
};
_Static_assert(sizeof(struct exit_record) == 64, "a cache line");

struct exit_ring {
    struct exit_record *at; /* NULL: there is no ring */
    uint64_t mask;          /* number of records, a power of two, less 1 */
};

/* Returns the size of all records in bytes. */
static inline uint64_t ring_size(const struct exit_ring *ring)
{
    return (ring->mask + 1) * sizeof *ring->at;
}

/* Returns the record for the exit that follows `exits` others in its round. */
static inline struct exit_record *ring_record(const struct exit_ring *ring, uint64_t exits)
{
    return &ring->at[exits & ring->mask];
}

/* Stores registers as the values of a record. Fields that matter more replace them later, from
 * value[0] on. */
static inline void ring_keep_registers(struct exit_record *record, uint64_t rax, uint64_t rcx,
                                       uint64_t rdx)
{
    record->value[0] = rdx;
    record->value[1] = rcx;
    record->value[2] = rax;
}

#endif
