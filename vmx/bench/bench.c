/* guest=bench measures what VM exits and VMX instructions cost. The running kernel is the guest
 * (vmx/guests/self.h) and measures itself. vmx/bench/measures.def and vmx/bench/root.def list what
 * it measures. */
#include "kernel/apic.h"
#include "kernel/cpu.h"
#include "kernel/descriptors.h"
#include "kernel/log.h"
#include "kernel/result.h"
#include "kernel/time.h"
#include "lib/bits.h"
#include "lib/fmt.h"
#include "lib/string.h"
#include "vmx/bench/agreed.h"
#include "vmx/bench/host.h"
#include "vmx/bench/loops.h"
#include "vmx/bench/series.h"
#include "vmx/bitmaps.h"
#include "vmx/cpu/event.h"
#include "vmx/exit/guest.h"
#include "vmx/guests/guest.h"
#include "vmx/guests/self.h"
#include "vmx/hypercall.h"

/* The controls that the measurements need, and those that the running kernel needs as a guest. */
static const struct control_wish wishes[] = {
    {PIN_EXTERNAL_INTERRUPT_EXITING, CONTROL_WANTED},
    {PIN_ACTIVATE_VMX_PREEMPTION_TIMER, CONTROL_WANTED},
    {PRIMARY_HLT_EXITING, CONTROL_WANTED},
    {PRIMARY_PAUSE_EXITING, CONTROL_WANTED},
    {PRIMARY_INVLPG_EXITING, CONTROL_WANTED},
    {PRIMARY_CR3_LOAD_EXITING, CONTROL_WANTED},
    {PRIMARY_CR3_STORE_EXITING, CONTROL_WANTED},
    {PRIMARY_CR8_LOAD_EXITING, CONTROL_WANTED},
    {PRIMARY_CR8_STORE_EXITING, CONTROL_WANTED},
    {PRIMARY_USE_IO_BITMAPS, CONTROL_REQUIRED},
    {EXIT_ACKNOWLEDGE_INTERRUPT_ON_EXIT, CONTROL_REQUIRED},
    GUEST_SELF_WISHES,
};

static struct bench {
    struct vcpu *vcpu;
    const struct run *run;
    uint64_t ept_build; /* cycles that building the EPT took */
    bool apic;          /* the local APIC can interrupt; CPUID hides the APIC from the guest */
} bench;

/* ---- The guest ------------------------------------------------------------------------------- */

/* A copy of the kernel's IDT in which bench_interrupted handles the injected events, at which the
 * kernel would panic (SDM Vol 3A §6.14.1). */
static struct gate {
    uint16_t offset_15_0, selector;
    uint16_t ist_and_type;
    uint16_t offset_31_16;
    uint32_t offset_63_32, reserved;
} idt[IDT_ENTRIES];

static void set_handler(uint8_t vector)
{
    const uint64_t handler = (uintptr_t)bench_interrupted;
    idt[vector].offset_15_0 = (uint16_t)handler;
    idt[vector].offset_31_16 = (uint16_t)(handler >> 16);
    idt[vector].offset_63_32 = (uint32_t)(handler >> 32);
}

/* Loads the copy and returns the kernel's IDTR. */
static struct table_register load_idt(void)
{
    const struct table_register kernels = read_idtr();
    memcpy(idt, (const void *)kernels.base, sizeof idt);
    set_handler(VECTOR_UD);
    set_handler(VECTOR_NMI);
    set_handler(BENCH_VECTOR);
    load_idtr((struct table_register){sizeof idt - 1, (uintptr_t)idt});
    return kernels;
}

/* A row of vmx/bench/measures.def. control: negative for none. */
struct row {
    struct bench_series series;
    int control;
    uint16_t reason;
};

/* Returns the number of VM exits so far with the row's reason; for a row that injects events, the
 * number of events that the guest took. */
static uint64_t counted(const struct row *row)
{
    return row->reason == REASON_VMCALL && row->series.argument != 0
               ? bench_interrupts
               : bench.vcpu->stats.at[row->reason].samples;
}

/* Discards the samples unless each made a VM exit of the row's reason. A processor may allow a
 * control and not implement it, and the user may have cleared another control that is needed. */
static void check_exits(const struct row *row, uint64_t before)
{
    const uint64_t exits = counted(row) - before;
    if (exits < BENCH_WARM_UP + BENCH_SAMPLES) {
        fmt_print(
            series_skip(row->series.name),
            "needs %u exits %s, found %u: a control for them is 0, or this processor does not "
            "make them",
            BENCH_WARM_UP + BENCH_SAMPLES, exit_reason_name(row->reason), (unsigned)exits);
    }
}

/* Returns true if the control that the row needs is 1. Otherwise skips the row with a reason. */
static bool has_control(const struct row *row)
{
    if (row->control < 0)
        return true;
    const enum control control = (enum control)row->control;
    const char *name = control_table[control].name;
    if (!control_supported(&bench.vcpu->caps, control)) {
        fmt_print(series_skip(row->series.name), "this processor does not allow control %s", name);
        return false;
    }
    /* The monitor trap flag is set later, by the hypercall that asks for a step. */
    if (control != PRIMARY_MONITOR_TRAP_FLAG && !guest_control(bench.vcpu, control)) {
        fmt_print(series_skip(row->series.name), "control %s is 0", name);
        return false;
    }
    return true;
}

static bool has_apic(const struct row *row)
{
    if (row->reason != REASON_EXTERNAL_INTERRUPT || bench.apic)
        return true;
    fmt_print(series_skip(row->series.name), "the local APIC is off or absent, or its task "
                                             "priority holds interrupts back");
    return false;
}

/* Measures one row. Enables interrupts only for the row that needs them. */
static void measure(const struct row *row)
{
    const uint64_t before = counted(row);
    if (!has_control(row) || !has_apic(row))
        return;
    if (row->reason == REASON_EXTERNAL_INTERRUPT)
        __asm__ volatile("sti" : : : "memory");
    (void)series_run(&row->series);
    __asm__ volatile("cli" : : : "memory");
    check_exits(row, before);
}

static const char *work(void)
{
    enum { ALWAYS = -1 };
    const uint64_t cr3 = read_cr3(), cr8 = read_cr8(), pages = bench_pages();
    const struct row rows[] = {
#define BENCH(name, loop, twin, argument, twin_argument, stride, control, reason)                  \
    {{#name, loop_##loop, loop_##twin, argument, twin_argument, stride}, control, REASON_##reason},
#include "vmx/bench/measures.def"
#undef BENCH
    };
    const struct table_register kernels = load_idt();
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++)
        measure(&rows[i]);
    load_idtr(kernels);
    return NULL;
}

/* ---- The round ------------------------------------------------------------------------------- */

static void keep_single(const char *name, uint64_t cycles)
{
    series_keep(name, &cycles, 1);
}

static void in_root(struct vcpu *vcpu, struct run *run)
{
    bitmaps_intercept_port(vcpu->io_bitmap_a, BENCH_PORT);
    bitmaps_intercept_msr(vcpu->msr_bitmap, BENCH_MSR);
    vcpu->has_devices = true; /* the local APIC */
    keep_single("BOOT", rdtsc() - start_time);
    keep_single("EPT_BUILD", bench.ept_build);
    bench_root(vcpu, run);
}

static bool allows(const struct options *options, struct out *why)
{
    if (options->repeat > 1 || options->checksum) {
        fmt_print(why, "guest=bench runs one round: remove repeat= and checksum=, or use "
                       "guest=self");
    } else if (options->trace == TRACE_LIVE && options->trace_live > 0) {
        fmt_print(why, "printing exits would spoil what guest=bench measures: remove trace=, "
                       "or record them with trace=ring");
    } else {
        return true;
    }
    return false;
}

static enum pagetable_status build(struct guest_site *site, struct vcpu *vcpu)
{
    vcpu->is_kernel = true;
    site->plan->intercepts = guest_self_intercepts(&vcpu->caps);
    site->wishes = (struct control_wishes){wishes, ARRAY_COUNT(wishes)};
    return bench_build(&site->ept, guest_self_limit(site), guest_site_pages(site, BENCH_PAGES),
                       site->types);
}

/* Ends the machine: the running kernel was stopped as a guest and cannot continue. */
static void lost(enum result_code code)
{
    series_print(&log_line); /* what was measured so far */
    stats_print(&bench.vcpu->stats, &log_line);
    finish_why(code);
}

static enum result_code round(const struct guest_site *site, struct vcpu *vcpu, struct run *run,
                              struct out *why)
{
    bench = (struct bench){vcpu, run, site->ept_cycles,
                           apic_is_there() && read_cr8() < BENCH_VECTOR >> 4};
    run->in_root = in_root;
    series_begin();
    const enum result_code code = guest_self_round(vcpu, run, work, lost, why);
    apic_end_interrupt();
    apic_disable();
    series_print(&log_line);
    return code;
}

static bool hypercall(struct vcpu *vcpu, uint32_t number, uint32_t argument,
                      enum exit_action *action)
{
    if (number != HYPERCALL_BENCH)
        return guest_self_hypercall(vcpu, number, argument, action);
    *action = bench_arm(vcpu, argument);
    return true;
}

const struct guest guest_bench = {
    .name = "bench",
    .hlt = HLT_FREE,
    .untraced = true,
    .allows = allows,
    .build = build,
    .round = round,
    .answers = {.hypercall = hypercall, .page = bench_map, .own_timer = true},
};
