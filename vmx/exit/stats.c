/* Clearing and printing the counters. */
#include "vmx/exit/stats.h"

#include "lib/samples.h"
#include "vmx/exit_reason.h"

#define EXIT(number, name, carries, handle)                                                        \
    _Static_assert((number) < EXIT_REASONS_MAX, "a counter for each exit reason");
#include "vmx/exits.def"
#undef EXIT

void stats_begin(struct exit_stats *stats)
{
    *stats = (struct exit_stats){0};
    for (unsigned reason = 0; reason < EXIT_REASONS_MAX; reason++)
        stats->at[reason].minimum = UINT64_MAX;
}

static void print(const struct exit_stat *stat, uint16_t reason, uint64_t all, struct line *line)
{
    line_begin(line, "stats");
    line_decimal(line, "reason", reason);
    line_name(line, "name", exit_reason_name(reason));
    line_decimal(line, "count", stat->samples + stat->last);
    line_decimal(line, "cycles_sum", stat->sum);
    line_decimal(line, "share_permille", samples_permille(stat->sum, all));
    line_decimal(line, "cycles_min", stat->samples ? stat->minimum : 0);
    line_decimal(line, "cycles_avg", stat->samples ? stat->sum / stat->samples : 0);
    line_decimal(line, "cycles_max", stat->maximum);
    line_decimal(line, "samples", stat->samples);
    line_end(line);
}

void stats_print(const struct exit_stats *stats, struct line *line)
{
    uint64_t all = 0;
    for (unsigned reason = 0; reason < EXIT_REASONS_MAX; reason++)
        all += stats->at[reason].sum;
    for (uint16_t reason = 0; reason < EXIT_REASONS_MAX; reason++) {
        const struct exit_stat *stat = &stats->at[reason];
        if (stat->samples + stat->last > 0)
            print(stat, reason, all, line);
    }
}
