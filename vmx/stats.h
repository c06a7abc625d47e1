/* Counters of VM exits by reason. Pure. */
#ifndef VMX_STATS_H
#define VMX_STATS_H

#include <stdint.h>

#include "lib/line.h"

/* Basic exit reasons fit below; vmx/exits.def is checked against it. */
enum { EXIT_REASONS_MAX = 96 };

struct exit_stat {
    uint64_t count; /* VM exits with this reason */
    /* Time-stamp cycles from a VM exit to the VM entry that follows it, less the printing of its
     * trace; an exit with no entry after it has no sample. */
    uint64_t samples, minimum, maximum, sum;
};

struct exit_stats {
    struct exit_stat at[EXIT_REASONS_MAX];
};

/* Counts an exit; a reason of EXIT_REASONS_MAX or above is counted as the last. */
void stats_count(struct exit_stats *stats, uint16_t reason);

/* Adds the time that an exit with this reason took, in time-stamp cycles. */
void stats_sample(struct exit_stats *stats, uint16_t reason, uint64_t cycles);

/* Prints the `stats` line of one reason (below EXIT_REASONS_MAX), or nothing where it was never
 * seen. */
void stats_print(const struct exit_stats *stats, uint16_t reason, struct line *line);

#endif
