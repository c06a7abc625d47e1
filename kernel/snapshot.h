/* Takes a snapshot of the processor before VMXON and compares the processor with it after VMXOFF.
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

/* Restores the items that VM exits are known to change, then compares all items. Prints a `restore`
 * line for each difference that is left, and one with their number. Returns that number. */
unsigned snapshot_restore(const struct snapshot *before);

#endif
