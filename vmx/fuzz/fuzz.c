/* Compares the audit with the processor. For one mutated VMCS after the other, predicts the answer
 * to its VM entry, enters, and compares. */
#include "kernel/log.h"
#include "kernel/msr.h"
#include "kernel/options.h"
#include "kernel/paging.h"
#include "lib/fmt.h"
#include "lib/string.h"
#include "vmx/audit/audit.h"
#include "vmx/audit/verdict.h"
#include "vmx/exit/exit.h"
#include "vmx/fuzz/mutate.h"
#include "vmx/fuzz/survive.h"
#include "vmx/guests/guest.h"
#include "vmx/guests/hlt_site.h"
#include "vmx/override.h"
#include "vmx/report.h"
#include "vmx/run/operation.h"
#include "vmx/run/prepare.h"

/* The most disagreements to print. Further ones are only counted. */
enum { PRINTED_MAX = 50 };

/* The most mutations to draw per VM entry asked for. Some are skipped. */
enum { DRAWS_MAX = 8 };

struct tally {
    uint64_t tried, verdict[VERDICTS];
};

struct fuzz {
    struct vcpu *vcpu;
    struct run *run;
    struct vmcs_image base;
    unsigned unasked;                   /* rules that the audit could not ask of base */
    struct tally rule[AUDIT_RULES + 1]; /* by the first broken rule; the last row: no rule broken */
    struct tally all;
    uint64_t skipped; /* mutations that were not safe to try */
    uint64_t printed;
};

/* Static because it is large. */
static struct fuzz fuzz;

/* Restores the host MSRs that a VM exit may have loaded from a mutated VMCS. */
static void put_back_msrs(void)
{
    const struct host_state *host = &fuzz.run->plan->host;
    msr_write(IA32_SYSENTER_CS, host->sysenter_cs);
    msr_write(IA32_SYSENTER_ESP, host->sysenter_esp);
    msr_write(IA32_SYSENTER_EIP, host->sysenter_eip);
    msr_write(IA32_FS_BASE, host->fs_base);
    msr_write(IA32_PAT, host->pat);
}

/* Clears the words of memory that this VM entry used. */
static void clear_scratch(void)
{
    const struct vmcs_image *image = &fuzz.vcpu->image;
    for (unsigned i = fuzz.base.memory_count; i < image->memory_count; i++)
        *(uint64_t *)image->memory[i].address = 0;
}

static bool explained(enum verdict verdict)
{
    return verdict == VERDICT_AGREED || verdict == VERDICT_ORDER || verdict == VERDICT_DEVIATION ||
           verdict == VERDICT_LENIENT;
}

static void print_disagreement(enum verdict verdict, struct entry_answer processor)
{
    char text[4096]; /* many fields may differ */
    struct out_buffer words;
    if (fuzz.printed++ >= PRINTED_MAX)
        return;
    out_buffer_init(&words, text, sizeof text);
    mutate_print(&fuzz.vcpu->image, &fuzz.base, &words.out);
    struct line *line = log_begin("disagreement");
    const struct audit_finding *first = audit_first(&fuzz.run->audit);
    line_name(line, "kind", verdict_name(verdict));
    line_name(line, "rule", first ? audit_rules[first->rule].id : "none");
    report_answer(line, "processor", processor);
    report_answer(line, "audit", audit_predict(&fuzz.run->audit));
    line_text(line, "words", "%s", text);
    line_end(line);
}

static void count(struct tally *tally, enum verdict verdict)
{
    tally->tried++;
    tally->verdict[verdict]++;
}

/* Leaves out warnings: no processor checks them, and they take most of an audit's time. */
static struct audit_input input_of(const struct vmcs_image *image)
{
    const struct run *run = fuzz.run;
    return (struct audit_input){
        .image = image,
        .caps = &fuzz.vcpu->caps,
        .read = paging_read,
        .places = run->places,
        .without_warnings = true,
    };
}

/* Predicts the answer to vcpu's image, enters it, and compares. Skips images that are not safe to
 * try. Returns false if the VMCS could not be written. */
static bool try(struct out *why)
{
    struct vcpu *vcpu = fuzz.vcpu;
    struct run *run = fuzz.run;
    const struct audit_input input = input_of(&vcpu->image);
    const struct attempt this = {&input, &run->audit, run->judges};
    audit(&input, &run->audit);
    /* The audit cannot judge an image whose memory it cannot read. */
    if (run->audit.unasked > fuzz.unasked || attempt_crashes(&this) ||
        !survive(&vcpu->image, &fuzz.base, fuzz.run->scratch, attempt_reach(&this))) {
        fuzz.skipped++;
        return true;
    }
    if (!prepare_vmcs(vcpu, why))
        return false;
    struct entry_answer processor = exit_enter(vcpu);
    put_back_msrs();
    clear_scratch();
    enum verdict verdict = attempt_judge(&this, processor);
    const struct audit_finding *first = audit_first(&run->audit);
    count(&fuzz.rule[first ? first->rule : AUDIT_RULES], verdict);
    count(&fuzz.all, verdict);
    if (!explained(verdict))
        print_disagreement(verdict, processor);
    return true;
}

/* Makes vcpu's image from a test vector of a rule. Returns false if the vector names something that
 * this processor lacks. */
static bool make_vector(const char *words)
{
    char ignored[128];
    struct out_buffer reason;
    out_buffer_init(&reason, ignored, sizeof ignored);
    fuzz.vcpu->image = fuzz.base;
    return override_apply_all(text_of(words), &fuzz.vcpu->image, &reason.out) &&
           prepare_allows_memory(&fuzz.vcpu->image, fuzz.run->scratch, &reason.out);
}

static bool try_vector(const char *words, struct out *why)
{
    if (make_vector(words))
        return try(why);
    fuzz.skipped++;
    return true;
}

/* Makes the image to mutate: half of the time the base, else a test vector, because an image at the
 * edge of one rule may cross the edge of another. */
static void make_start(struct random *random)
{
    uint64_t choice = random_next(random);
    const struct audit_rule *rule = &audit_rules[(choice >> 2) % AUDIT_RULES];
    if ((choice & 1) == 0 || !make_vector(choice & 2 ? rule->holds : rule->breaks))
        fuzz.vcpu->image = fuzz.base;
}

static bool try_all(uint64_t seed, uint64_t count, struct out *why)
{
    struct random random = {seed};
    const struct mutation_source source = {&fuzz.vcpu->caps, &random};
    for (unsigned i = 0; i < AUDIT_RULES; i++) {
        if (!try_vector(audit_rules[i].holds, why) || !try_vector(audit_rules[i].breaks, why))
            return false;
    }
    const uint64_t wanted = fuzz.all.tried + count;
    for (uint64_t i = 0; i < DRAWS_MAX * count && fuzz.all.tried < wanted; i++) {
        make_start(&random);
        mutate(&fuzz.vcpu->image, &source);
        if (!try(why))
            return false;
    }
    return true;
}

static uint64_t agreed(const struct tally *tally)
{
    return tally->verdict[VERDICT_AGREED] + tally->verdict[VERDICT_ORDER];
}

static void print_tally(const struct tally *tally, const char *rule)
{
    struct line *line = log_begin("fuzz");
    if (rule)
        line_name(line, "rule", rule);
    line_decimal(line, "tried", tally->tried);
    line_decimal(line, "agreed", agreed(tally));
    line_decimal(line, "order", tally->verdict[VERDICT_ORDER]);
    line_decimal(line, "false_alarms", tally->verdict[VERDICT_FALSE_ALARM]);
    line_decimal(line, "misses", tally->verdict[VERDICT_MISS] + tally->verdict[VERDICT_DIFFERS]);
    line_decimal(line, "deviations", tally->verdict[VERDICT_DEVIATION]);
    line_decimal(line, "lenient", tally->verdict[VERDICT_LENIENT]);
    if (rule)
        line_end(line);
}

static void print_table(uint64_t seed)
{
    for (unsigned i = 0; i < AUDIT_RULES; i++)
        print_tally(&fuzz.rule[i], audit_rules[i].id);
    print_tally(&fuzz.rule[AUDIT_RULES], "none");
    print_tally(&fuzz.all, NULL);
    line_decimal(&log_line, "seed", seed);
    line_decimal(&log_line, "skipped", fuzz.skipped);
    line_end(&log_line);
}

/* Makes the base of all mutations: the planned VMCS, changed by the words of the command line.
 * Returns false unless the base enters and is as safe to try as the planned VMCS: mutations are
 * only checked for differences from the base. */
static bool take_base(struct out *why)
{
    static struct vmcs_image planned;
    struct vcpu *vcpu = fuzz.vcpu;
    struct run *run = fuzz.run;
    planned = vcpu->image;
    if (!prepare_changes(vcpu, run->scratch, why))
        return false;
    fuzz.base = vcpu->image;
    memset((void *)run->scratch.start, 0, run->scratch.end - run->scratch.start);
    const struct audit_input input = input_of(&fuzz.base);
    audit(&input, &run->audit);
    fuzz.unasked = run->audit.unasked;
    const struct audit_finding *first = audit_first(&run->audit);
    if (first) {
        fmt_print(
            why,
            "guest=fuzz needs a VMCS that enters, but the words on the command line break rule %s; "
            "remove them",
            audit_rules[first->rule].id);
    } else if (!survive(&fuzz.base, &planned, run->scratch, REACH_ENTRY)) {
        fmt_print(why, "guest=fuzz needs VM entries that are safe to try, found words that change "
                       "host state, EPT, MSR areas or controls that stop the guest; remove them");
    } else {
        return true;
    }
    return false;
}

static uint64_t unexplained(const struct tally *tally)
{
    return tally->tried - agreed(tally) - tally->verdict[VERDICT_DEVIATION] -
           tally->verdict[VERDICT_LENIENT];
}

static enum result_code fuzz_in_vmx(struct vcpu *vcpu, struct run *run, struct out *why)
{
    const uint64_t seed = vcpu->options->seed;
    run->plan->preemption_timer = 0; /* the guest exits before its first instruction */
    prepare_image(vcpu, run->plan, run->exit_rsp);
    if (!take_base(why))
        return RESULT_COMMAND_LINE;
    if (!try_all(seed, vcpu->options->count, why))
        return RESULT_ENTRY;
    print_table(seed);
    fmt_print(
        why,
        "audit and processor agreed on %llu of %llu VM entries, %llu more are known "
        "deviations of this processor, %llu come from rules that the audit checks less strictly, "
        "%llu are unexplained",
        (unsigned long long)agreed(&fuzz.all), (unsigned long long)fuzz.all.tried,
        (unsigned long long)fuzz.all.verdict[VERDICT_DEVIATION],
        (unsigned long long)fuzz.all.verdict[VERDICT_LENIENT],
        (unsigned long long)unexplained(&fuzz.all));
    return unexplained(&fuzz.all) == 0 ? RESULT_PASS : RESULT_FAIL;
}

static enum result_code round(const struct guest_site *site, struct vcpu *vcpu, struct run *run,
                              struct out *why)
{
    (void)site;
    fuzz.vcpu = vcpu;
    fuzz.run = run;
    return operation_run(vcpu, run, NULL, fuzz_in_vmx, why);
}

static bool allows(const struct options *options, struct out *why)
{
    if (options->repeat > 1 || options->checksum) {
        fmt_print(why, "guest=fuzz runs one round: remove repeat= and checksum=, or use "
                       "guest=self");
    } else if (options->trace == TRACE_RING) {
        fmt_print(why, "guest=fuzz prints no exits: remove trace=ring");
    } else {
        return true;
    }
    return false;
}

const struct guest guest_fuzz = {
    .name = "fuzz",
    .allows = allows,
    .build = guest_hlt_take,
    .round = round,
};
