/* The guest's side, and the round. */
#include "vmx/bench/bench.h"

#include "kernel/apic.h"
#include "kernel/cpu.h"
#include "kernel/descriptors.h"
#include "kernel/log.h"
#include "lib/bits.h"
#include "lib/fmt.h"
#include "lib/string.h"
#include "vmx/bench/host.h"
#include "vmx/bench/loops.h"
#include "vmx/bench/series.h"
#include "vmx/cpu/event.h"
#include "vmx/exit/guest.h"
#include "vmx/guests/self.h"

/* Beside what the running kernel needs as a guest, what is measured. */
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
const struct control_wishes bench_wishes = {wishes, ARRAY_COUNT(wishes)};

static struct bench {
    struct vcpu *vcpu;
    const struct run *run;
    struct bench_before before;
    bool apic; /* which CPUID hides from the guest, would interrupt */
} bench;

/* ---- What the guest does ----------------------------------------------------------------------*/

/* The kernel's IDT, but that what is injected is no bug (SDM Vol 3A §6.14.1). */
static struct gate {
    uint16_t offset_15_0, selector;
    uint16_t ist_and_type;
    uint16_t offset_31_16;
    uint32_t offset_63_32, reserved;
} idt[IDT_ENTRIES];

static void take_quietly(uint8_t vector)
{
    const uint64_t handler = (uintptr_t)bench_interrupted;
    idt[vector].offset_15_0 = (uint16_t)handler;
    idt[vector].offset_31_16 = (uint16_t)(handler >> 16);
    idt[vector].offset_63_32 = (uint32_t)(handler >> 32);
}

static struct table_register load_idt(void)
{
    const struct table_register kernels = read_idtr();
    memcpy(idt, (const void *)kernels.base, sizeof idt);
    take_quietly(VECTOR_UD);
    take_quietly(VECTOR_NMI);
    take_quietly(BENCH_VECTOR);
    load_idtr((struct table_register){sizeof idt - 1, (uintptr_t)idt});
    return kernels;
}

/* Of bench.def; control and reason: a negative number for none. */
struct row {
    struct bench_series series;
    int control;
    uint16_t reason;
};

/* Its exits, or its interrupts where they are not one each. */
static uint64_t counted(const struct row *row)
{
    return row->reason == REASON_VMCALL && row->series.argument != 0
               ? bench_interrupts
               : bench.vcpu->stats.at[row->reason].samples;
}

/* Each sample has to be a VM exit of its reason: more than one control may ask for it, and a
 * processor may allow a control and not carry it out. */
static void check_exits(const struct row *row, uint64_t before)
{
    const uint64_t exits = counted(row) - before;
    if (exits < BENCH_WARM_UP + BENCH_SAMPLES)
        fmt_print(
            series_skip(row->series.name),
            "wanted %u exits %s, found %u: a control for them is 0, or this processor does not "
            "make them",
            BENCH_WARM_UP + BENCH_SAMPLES, exit_reason_name(row->reason), (unsigned)exits);
}

/* Whether the control that it needs is there; else says why not. */
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
    /* The monitor trap flag is set by what asks for a step. */
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

/* What fails in a guest ends it. Only where they are asked for are there interrupts. */
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
#define BENCH(name, loop, twin, argument, twin_argument, control, reason)                          \
    {{#name, loop_##loop, loop_##twin, argument, twin_argument, 0}, control, REASON_##reason},
#define STEPPED(name, loop, argument, reason)                                                      \
    {{#name, loop_##loop, loop_##loop, argument, argument, PAGE_SIZE}, ALWAYS, REASON_##reason},
#define ROOT(name, loop, twin, has)
#include "vmx/bench/bench.def"
#undef BENCH
#undef STEPPED
#undef ROOT
    };
    const struct table_register kernels = load_idt();
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++)
        measure(&rows[i]);
    load_idtr(kernels);
    return NULL;
}

/* ---- The round --------------------------------------------------------------------------------*/

static void keep_single(const char *name, uint64_t cycles)
{
    series_keep(name, &cycles, 1);
}

static void in_root(struct vcpu *vcpu, const struct run *run)
{
    vcpu->io_bitmap_a[BENCH_PORT / 8] |= (uint8_t)BIT(BENCH_PORT % 8);
    vcpu->msr_bitmap[BENCH_MSR / 8] |= (uint8_t)BIT(BENCH_MSR % 8);        /* reads, */
    vcpu->msr_bitmap[2048 + BENCH_MSR / 8] |= (uint8_t)BIT(BENCH_MSR % 8); /* writes */
    vcpu->has_devices = true;                                              /* the local APIC */
    keep_single("BOOT", rdtsc() - bench.before.started);
    keep_single("EPT_BUILD", bench.before.ept_build);
    bench_root(vcpu, run);
}

enum result_code bench_round(struct vcpu *vcpu, struct run *run, struct bench_before before,
                             void *stack, void (*lost)(enum result_code), struct out *why)
{
    bench = (struct bench){vcpu, run, before, apic_is_there() && read_cr8() < BENCH_VECTOR >> 4};
    run->in_root = in_root;
    vcpu->bench = true;
    series_begin();
    const enum result_code code = guest_self_round(vcpu, run, work, stack, lost, why);
    apic_end_interrupt();
    apic_disable();
    series_print(&log_line);
    return code;
}
