/* Counting exits. */
#include "vmx/stats.h"

#include "vmx/exit_reason.h"

#define EXIT(number, name, carries, handle)                                                        \
    _Static_assert((number) < EXIT_REASONS_MAX, "a counter for each exit reason");
#include "vmx/exits.def"
#undef EXIT

static struct exit_stat *stat_of(struct exit_stats *stats, uint16_t reason)
{
    return &stats->at[reason < EXIT_REASONS_MAX ? reason : EXIT_REASONS_MAX - 1];
}

void stats_count(struct exit_stats *stats, uint16_t reason)
{
    stat_of(stats, reason)->count++;
}

void stats_sample(struct exit_stats *stats, uint16_t reason, uint64_t cycles)
{
    struct exit_stat *stat = stat_of(stats, reason);
    if (stat->samples == 0 || cycles < stat->minimum)
        stat->minimum = cycles;
    if (cycles > stat->maximum)
        stat->maximum = cycles;
    stat->sum += cycles;
    stat->samples++;
}

void stats_print(const struct exit_stats *stats, uint16_t reason, struct line *line)
{
    const struct exit_stat *stat = &stats->at[reason];
    if (stat->count == 0)
        return;
    line_begin(line, "stats");
    line_decimal(line, "reason", reason);
    line_name(line, "name", exit_reason_name(reason));
    line_decimal(line, "count", stat->count);
    line_decimal(line, "cycles_min", stat->minimum);
    line_decimal(line, "cycles_avg", stat->samples ? stat->sum / stat->samples : 0);
    line_decimal(line, "cycles_max", stat->maximum);
    line_decimal(line, "samples", stat->samples);
    line_end(line);
}
