/* A round, and the loop of VM entries and exits inside it. */
#include "vmx/run/run.h"

#include "kernel/cpu.h"
#include "kernel/log.h"
#include "kernel/options.h"
#include "kernel/paging.h"
#include "lib/fmt.h"
#include "vmx/audit/report.h"
#include "vmx/audit/verdict.h"
#include "vmx/exit/budget.h"
#include "vmx/exit/exit.h"
#include "vmx/exit/guest.h"
#include "vmx/exit/observe.h"
#include "vmx/exit/page_log.h"
#include "vmx/exit/ring.h"
#include "vmx/exit/trace.h"
#include "vmx/report.h"
#include "vmx/run/operation.h"
#include "vmx/run/prepare.h"
#include "vmx/run/switch.h"
#include "vmx/vmcs.h"

static void print_entry(const struct vcpu *vcpu, const struct run *run)
{
    struct line *line = log_begin("entry");
    line_name(line, "guest", run->guest);
    line_hex(line, "rip", image_get(&vcpu->image, GUEST_RIP));
    line_hex(line, "rsp", image_get(&vcpu->image, GUEST_RSP));
    line_hex(line, "cr3", image_get(&vcpu->image, GUEST_CR3));
    line_decimal(line, "cpu", vcpu->cpu);
    line_decimal(line, "round", run->round);
    line_end(line);
}

/* Writes why the guest stopped, and returns the result. The guest left, finished, made all exits
 * asked for, or could not continue. */
static enum result_code stopped(const struct vcpu *vcpu, const struct exit *exit, struct out *why)
{
    if (vcpu->left) {
        fmt_print(why, "the running kernel was its own guest for %llu exits",
                  (unsigned long long)vcpu->exits);
        return RESULT_PASS;
    }
    if (vcpu->finished) {
        fmt_print(why, "the guest finished with status %u", vcpu->finish_status);
        return vcpu->finish_status == 0 ? RESULT_PASS : RESULT_FAIL;
    }
    if (exit_basic(exit) == REASON_HLT && vcpu->exits_max > 0 && !vcpu->stop_why) {
        fmt_print(why, "the guest made all exits asked for: %llu", (unsigned long long)vcpu->exits);
        return RESULT_PASS;
    }
    fmt_print(why, "exit %llu of the guest was %s (reason %u) at rip 0x%llx%s%s",
              (unsigned long long)vcpu->exits, exit_reason_name(exit_basic(exit)), exit_basic(exit),
              (unsigned long long)exit->rip,
              vcpu->stop_why ? ": " : ", which Trapline does not handle",
              vcpu->stop_why ? vcpu->stop_why : "");
    return RESULT_FAIL;
}

struct audit_input run_audit_input(const struct vcpu *vcpu, const struct run *run)
{
    return (struct audit_input){
        .image = &vcpu->image,
        .caps = &vcpu->caps,
        .read = paging_read,
        .places = run->places,
    };
}

/* Asks the user to report the log, and prints the whole VMCS into it: the processor refused what
 * the audit let pass. */
static void ask_for_report(struct vcpu *vcpu, struct out *why)
{
    fmt_print(why, "; the audit found nothing wrong");
    if (vcpu->options->override_count > 0) {
        fmt_print(why, " in the VMCS that %u words of the command line changed",
                  vcpu->options->override_count);
    }
    fmt_print(why, ": please report this log");
    vmcs_capture(&vcpu->caps, &vcpu->image);
    report_image(&vcpu->image, &log_line);
}

static const char *agreement(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_AGREED:
        return "yes";
    case VERDICT_ORDER:
    case VERDICT_DEVIATION:
    case VERDICT_LENIENT:
        return verdict_name(verdict);
    default:
        return "no";
    }
}

/* Prints the processor's answer beside the audit's prediction. */
static void print_verdict(const struct vcpu *vcpu, const struct run *run,
                          struct entry_answer answer)
{
    const struct audit_input input = run_audit_input(vcpu, run);
    const struct attempt attempt = {&input, &run->audit, run->judges};
    struct line *line = log_begin("verdict");
    report_answer(line, "processor", answer);
    if (vcpu->options->audit != AUDIT_OFF) {
        report_answer(line, "audit", audit_predict(&run->audit));
        line_name(line, "agree", agreement(attempt_judge(&attempt, answer)));
    }
    line_end(line);
}

/* Reports that the processor refused the VM entry. If the audit found nothing wrong, prints the
 * whole VMCS, which with the `caps` lines makes a complete bug report. */
static enum result_code refused(struct vcpu *vcpu, const struct run *run,
                                struct entry_answer answer, struct out *why)
{
    print_verdict(vcpu, run, answer);
    fmt_print(why, "the processor refused the VM entry: ");
    answer_print(answer, why);
    if (vcpu->options->audit != AUDIT_OFF && audit_first(&run->audit) == NULL)
        ask_for_report(vcpu, why);
    return RESULT_ENTRY;
}

/* Lets vmx/exit/at_once.c handle exits from now on. Call it after the exits to print one by one. A
 * HLT that ends the guest or waits for an interrupt still goes through the loop. */
static void allow_at_once(struct vcpu *vcpu)
{
    vcpu->at_once = (struct at_once){
        .hlt = vcpu->exits_max == 0 ? 0 : vcpu->exits_max - 1,
        .cpuid = UINT64_MAX,
    };
}

/* The last VM exit, kept until the next VM entry. */
struct before {
    bool there; /* false: there was no VM exit yet */
    uint16_t reason;
    uint64_t exited, printing; /* time stamp of the exit; cycles that printing its line took */
};

static struct entry_answer enter(struct vcpu *vcpu, struct before before)
{
    const uint64_t now = rdtsc();
    if (before.there)
        stats_sample(stats_of(&vcpu->stats, before.reason), now - before.exited - before.printing);
    vcpu->context.tsc_entry = now;
    return exit_enter(vcpu);
}

/* Handles the last exit. Stops the guest if its time budget is exhausted. */
static enum exit_action handle(struct vcpu *vcpu)
{
    const enum exit_action action = exit_handle(vcpu);
    if (action != EXIT_STOP && budget_is_over(vcpu, rdtsc())) {
        return guest_stop(vcpu, "time budget exhausted; raise it with budget=, or use budget=0 "
                                "for no limit");
    }
    return action;
}

/* Handles the last exit. Prints it if it is one of the first run->trace exits or ends the guest. */
static enum exit_action handle_live(struct vcpu *vcpu, const struct run *run, struct exit *exit,
                                    struct before *before)
{
    const bool traced = vcpu->exits <= run->trace;
    if (traced)
        *exit = exit_observe(vcpu);
    const enum exit_action action = handle(vcpu);
    if (!traced && action == EXIT_STOP)
        *exit = exit_observe(vcpu);
    if (traced || action == EXIT_STOP) {
        const uint64_t handled = rdtsc();
        trace_last(vcpu, exit, action, handled);
        before->printing = rdtsc() - handled;
    }
    return action;
}

/* Handles the last exit and records it in the ring. */
static enum exit_action handle_recorded(struct vcpu *vcpu, struct exit *exit)
{
    struct exit_record *record = ring_take(vcpu);
    const enum exit_action action = handle(vcpu);
    record->action = (uint8_t)action;
    if (action == EXIT_STOP)
        *exit = exit_observe(vcpu);
    return action;
}

/* Enters the guest again after each exit, until an exit stops it. */
static enum result_code run_guest(struct vcpu *vcpu, const struct run *run, struct out *why)
{
    struct exit exit = {0};
    struct before before = {0};
    const bool recorded = vcpu->ring.at != NULL;
    const uint64_t one_by_one = run->trace > 1 ? run->trace : 1; /* at least the first exit */
    vcpu->at_once = (struct at_once){0};
    if (recorded)
        ring_begin(vcpu);
    for (;;) {
        const struct entry_answer answer = enter(vcpu, before);
        if (answer.outcome != ENTRY_ENTERED) {
            if (recorded && vcpu->exits > 0)
                ring_print(vcpu);
            return refused(vcpu, run, answer, why);
        }
        before = (struct before){true, (uint16_t)(vcpu->context.reason & EXIT_REASON_BASIC),
                                 vcpu->context.tsc_exit, 0};
        if (vcpu->exits++ == 0 && vcpu->options->audit != AUDIT_OFF &&
            audit_first(&run->audit) != NULL)
            print_verdict(vcpu, run, answer);
        const enum exit_action action =
            recorded ? handle_recorded(vcpu, &exit) : handle_live(vcpu, run, &exit, &before);
        if (action == EXIT_STOP) {
            stats_last(stats_of(&vcpu->stats, before.reason));
            if (recorded)
                ring_print(vcpu);
            return stopped(vcpu, &exit, why);
        }
        if (vcpu->exits == one_by_one)
            allow_at_once(vcpu);
    }
}

/* Audits the image. Returns RESULT_PASS if the VM entry may be tried. */
static enum result_code decide_entry(const struct vcpu *vcpu, struct run *run, struct out *why)
{
    const struct audit_input input = run_audit_input(vcpu, run);
    if (vcpu->options->audit == AUDIT_OFF)
        return RESULT_PASS;
    audit(&input, &run->audit);
    report_audit(&run->audit, &log_line);
    const struct audit_finding *first = audit_first(&run->audit);
    if (vcpu->options->audit == AUDIT_WARN || first == NULL)
        return RESULT_PASS;
    fmt_print(why,
              "the audit refused the VM entry: %u rules checked, %u broken, the first is %s; fix "
              "what the audit lines report, or let the processor judge with audit=warn",
              run->audit.checks, run->audit.failed - run->audit.warnings,
              audit_rules[first->rule].id);
    return RESULT_AUDIT;
}

static enum result_code run_in_vmx(struct vcpu *vcpu, struct run *run, struct out *why)
{
    prepare_image(vcpu, run->plan, run->exit_rsp);
    if (!prepare_changes(vcpu, run->scratch, why))
        return RESULT_COMMAND_LINE;
    enum result_code code = decide_entry(vcpu, run, why);
    if (code != RESULT_PASS)
        return code;
    if (!prepare_vmcs(vcpu, why))
        return RESULT_ENTRY;
    if (run->in_root) {
        run->in_root(vcpu, run);
        if (!prepare_vmcs(vcpu, why))
            return RESULT_ENTRY;
    }
    print_entry(vcpu, run);
    vcpu->cr4_allowed = guest_cr4_allowed(vcpu);
    budget_begin(vcpu, run->budget);
    code = run_guest(vcpu, run, why);
    page_log_print(vcpu);
    return code;
}

/* Runs a guest that has registers of its own. The running kernel, in contrast, shares its registers
 * with the host and keeps them when it leaves. */
static enum result_code run_switched(struct vcpu *vcpu, struct run *run, struct out *why)
{
    vcpu->context.registers = (struct guest_registers){0};
    switch_to_guest(vcpu);
    const enum result_code code = run_in_vmx(vcpu, run, why);
    switch_to_host(vcpu);
    return code;
}

enum result_code run_round(struct vcpu *vcpu, struct run *run, struct out *why)
{
    vcpu->exits = 0;
    cpuid_cache_forget(&vcpu->cpuid_cache);
    vcpu->finished = vcpu->left = false;
    vcpu->stop_why = NULL;
    vcpu->steps = 0;
    vcpu->steps_max = vcpu->options->step;
    vcpu->interrupts = (struct vectors){{0}};
    vcpu->has_devices = vcpu->options->grants.ports > 0;
    return operation_run(vcpu, run, run->watched, vcpu->is_kernel ? run_in_vmx : run_switched, why);
}
