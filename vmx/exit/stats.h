/* Counts VM exits and their time by reason. Pure. */
#ifndef VMX_EXIT_STATS_H
#define VMX_EXIT_STATS_H

#include <stdint.h>

#include "lib/line.h"

/* Every basic exit reason is less than this; vmx/exit/stats.c checks that. */
enum { EXIT_REASONS_MAX = 96 };

struct exit_stat {
    /* Time-stamp cycles from a VM exit to the next VM entry, without the time to print its line. */
    uint64_t samples, sum, minimum, maximum;
    uint64_t last; /* VM exits with no VM entry after them, which have no sample */
};

struct exit_stats {
    struct exit_stat at[EXIT_REASONS_MAX];
};

/* Clears all counters. */
void stats_begin(struct exit_stats *stats);

/* Returns the counters of a reason. Reasons from EXIT_REASONS_MAX up share the last ones. */
static inline struct exit_stat *stats_of(struct exit_stats *stats, uint16_t reason)
{
    return &stats->at[reason < EXIT_REASONS_MAX ? reason : EXIT_REASONS_MAX - 1];
}

/* Counts an exit that took this many cycles. */
static inline void stats_sample(struct exit_stat *stat, uint64_t cycles)
{
    stat->samples++;
    stat->sum += cycles;
    if (cycles < stat->minimum)
        stat->minimum = cycles;
    if (cycles > stat->maximum)
        stat->maximum = cycles;
}

/* Counts an exit that no VM entry follows. */
static inline void stats_last(struct exit_stat *stat)
{
    stat->last++;
}

/* Prints a `stats` line for each reason that occurred. */
void stats_print(const struct exit_stats *stats, struct line *line);

#endif
