/* Compares the processor with its state before: a snapshot before VMXON, a comparison after VMXOFF.
 * It covers the state that VMX operation may change (SDM Vol 3C §27.5 "Loading Host State"). */
#ifndef KERNEL_SNAPSHOT_H
#define KERNEL_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

enum { SNAPSHOT_ITEMS = 41 }; /* rows of the table in kernel/snapshot.c */

struct snapshot {
    uint64_t value[SNAPSHOT_ITEMS];
    bool known[SNAPSHOT_ITEMS]; /* false: the processor does not have the MSR */
};

void snapshot_take(struct snapshot *snapshot);

/* Restores what a VM exit is known to change, then compares everything. Prints a `restore` line for
 * each difference that is left, and one with their number. Returns that number. */
unsigned snapshot_restore(const struct snapshot *before);

#endif
