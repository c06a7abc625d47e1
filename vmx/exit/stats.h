/* Counters of VM exits by reason. Pure. */
#ifndef VMX_EXIT_STATS_H
#define VMX_EXIT_STATS_H

#include <stdint.h>

#include "lib/line.h"

/* Basic exit reasons fit below; vmx/exits.def is checked against it. */
enum { EXIT_REASONS_MAX = 96 };

struct exit_stat {
    /* Time-stamp cycles from a VM exit to the VM entry that follows it, less the printing of its
     * trace. */
    uint64_t samples, sum, minimum, maximum;
    uint64_t last; /* VM exits with no entry after them, of which there is no sample */
};

struct exit_stats {
    struct exit_stat at[EXIT_REASONS_MAX];
};

/* Before the first exit: nothing is counted. */
void stats_begin(struct exit_stats *stats);

/* Of a reason of EXIT_REASONS_MAX or above, the last is counted. */
static inline struct exit_stat *stats_of(struct exit_stats *stats, uint16_t reason)
{
    return &stats->at[reason < EXIT_REASONS_MAX ? reason : EXIT_REASONS_MAX - 1];
}

/* Counts an exit, and the time that it took. */
static inline void stats_sample(struct exit_stat *stat, uint64_t cycles)
{
    stat->samples++;
    stat->sum += cycles;
    if (cycles < stat->minimum)
        stat->minimum = cycles;
    if (cycles > stat->maximum)
        stat->maximum = cycles;
}

/* Counts an exit after which there is no entry. */
static inline void stats_last(struct exit_stat *stat)
{
    stat->last++;
}

/* Prints the `stats` lines of all reasons that were seen. */
void stats_print(const struct exit_stats *stats, struct line *line);

#endif
