/* Making statistics of samples. */
#include "vmx/bench/series.h"

#include "kernel/cpu.h"
#include "kernel/msr.h"
#include "kernel/panic.h"
#include "lib/fmt.h"
#include "lib/samples.h"
#include "lib/x86.h"

enum { RESULTS_MAX = 48 };

static struct result {
    const char *name;
    bool skipped, core; /* core: core_permille is known */
    char text[128];     /* why it was skipped, written through `why` */
    struct out_buffer why;
    uint64_t count, least, median, p90, p99, most;
    uint64_t overhead;
    uint64_t core_permille;
    struct samples_histogram histogram;
} results[RESULTS_MAX];
static unsigned result_count;

static uint64_t samples[BENCH_SAMPLES], twins[BENCH_SAMPLES];

/* True if the processor has IA32_APERF. CPUID hides the MSR from the guest, but the guest can read
 * it. */
static bool has_aperf;

void series_begin(void)
{
    uint64_t now;
    result_count = 0;
    has_aperf = cpuid(0, 0).eax >= CPUID_LEAF_POWER &&
                (cpuid(CPUID_LEAF_POWER, 0).ecx & CPUID_6_ECX_APERF) &&
                msr_try_read(IA32_APERF, &now);
}

static struct result *result_begin(const char *name)
{
    ASSERT(result_count < RESULTS_MAX);
    struct result *result = &results[result_count++];
    *result = (struct result){.name = name};
    return result;
}

static void take(struct result *result, uint64_t *sorted, uint64_t count)
{
    samples_sort(sorted, count);
    result->count = count;
    result->least = sorted[0];
    result->median = samples_percentile(sorted, count, 50);
    result->p90 = samples_percentile(sorted, count, 90);
    result->p99 = samples_percentile(sorted, count, 99);
    result->most = sorted[count - 1];
    result->histogram = samples_histogram(sorted, count);
}

/* Readings for core_permille: cycles of the core per 1000 cycles of the time-stamp counter. */
struct core_clock {
    uint64_t tsc, aperf;
};

static struct core_clock core_clock(void)
{
    return (struct core_clock){rdtsc(), has_aperf ? msr_read(IA32_APERF) : 0};
}

bool series_run(const struct bench_series *series)
{
    const uint64_t warm = series->stride * BENCH_WARM_UP;
    if (!series->loop(samples, BENCH_WARM_UP, series->argument))
        return false;
    const struct core_clock from = core_clock();
    if (!series->loop(samples, BENCH_SAMPLES, series->argument + warm))
        return false;
    const struct core_clock to = core_clock();
    if (!series->twin(twins, BENCH_WARM_UP, series->twin_argument) ||
        !series->twin(twins, BENCH_SAMPLES, series->twin_argument + warm))
        return false;
    struct result *result = result_begin(series->name);
    samples_sort(twins, BENCH_SAMPLES);
    result->overhead = samples_percentile(twins, BENCH_SAMPLES, 50);
    result->core = has_aperf;
    result->core_permille = samples_permille(to.aperf - from.aperf, to.tsc - from.tsc);
    samples_subtract(samples, BENCH_SAMPLES, result->overhead);
    take(result, samples, BENCH_SAMPLES);
    return true;
}

void series_keep(const char *name, uint64_t *measured, uint64_t count)
{
    take(result_begin(name), measured, count);
}

struct out *series_skip(const char *name)
{
    if (result_count > 0 && results[result_count - 1].name == name)
        result_count--;
    struct result *result = result_begin(name);
    result->skipped = true;
    out_buffer_init(&result->why, result->text, sizeof result->text);
    return &result->why.out;
}

static void print_histogram(const struct result *result, struct line *line)
{
    char text[SAMPLES_BUCKETS * 5];
    struct out_buffer counts;
    out_buffer_init(&counts, text, sizeof text);
    for (unsigned i = 0; i < SAMPLES_BUCKETS; i++)
        fmt_print(&counts.out, i == 0 ? "%u" : ",%u", (unsigned)result->histogram.count[i]);
    line_begin(line, "histogram");
    line_name(line, "name", result->name);
    line_name(line, "unit", "tsc");
    line_decimal(line, "first", result->histogram.first);
    line_decimal(line, "width", result->histogram.width);
    line_name(line, "counts", text);
    line_decimal(line, "above", result->histogram.above);
    line_end(line);
}

static void print(const struct result *result, struct line *line)
{
    line_begin(line, "bench");
    line_name(line, "name", result->name);
    if (result->skipped) {
        line_text(line, "skipped", "%s", result->text);
        line_end(line);
        return;
    }
    line_name(line, "unit", "tsc");
    line_decimal(line, "samples", result->count);
    line_decimal(line, "min", result->least);
    line_decimal(line, "median", result->median);
    line_decimal(line, "p90", result->p90);
    line_decimal(line, "p99", result->p99);
    line_decimal(line, "max", result->most);
    line_decimal(line, "overhead", result->overhead);
    if (result->core)
        line_decimal(line, "core_permille", result->core_permille);
    line_end(line);
    if (result->count > 1)
        print_histogram(result, line);
}

void series_print(struct line *line)
{
    for (unsigned i = 0; i < result_count; i++)
        print(&results[i], line);
}
