/* The boot order, one call per step. If a step fails, it ends the machine with a result line that
 * says why. */
#include "kernel/apic.h"
#include "kernel/devices.h"
#include "kernel/emulator.h"
#include "kernel/handover.h"
#include "kernel/log.h"
#include "kernel/machine.h"
#include "kernel/memory.h"
#include "kernel/memory_source.h"
#include "kernel/mtrr.h"
#include "kernel/paging.h"
#include "kernel/percpu.h"
#include "kernel/pic.h"
#include "kernel/result.h"
#include "kernel/time.h"
#include "lib/fmt.h"
#include "vmx/exit/budget.h"
#include "vmx/exit/ring.h"
#include "vmx/exit/step.h"
#include "vmx/exit/trace_choice.h"
#include "vmx/guests/guest.h"
#include "vmx/override.h"
#include "vmx/run/judges.h"
#include "vmx/run/places.h"
#include "vmx/run/ready.h"
#include "vmx/run/run.h"

_Noreturn void kernel_main(const void *info);

extern const char kernel_start[], kernel_end[]; /* linker.ld */

static struct handover handover;
static struct memory memory;
static struct memory_source tables;
static struct memory_types types;
static struct vcpu vcpu;
static struct plan plan;
static struct guest_site site = {.options = &handover.options,
                                 .boot = &handover.boot,
                                 .memory = &memory,
                                 .tables = &tables.source,
                                 .types = &types,
                                 .plan = &plan};
static struct audit_places places;
static struct run run = {.places = &places, .plan = &plan};

static void take_memory(const void *info, const struct percpu *cpu)
{
    const struct range keep[] = {
        {(uintptr_t)kernel_start, (uintptr_t)kernel_end},
        range_make((uintptr_t)info, handover.boot.size),
    };
    if (!memory_init(&memory, &handover.boot, keep, ARRAY_COUNT(keep))) {
        finish(RESULT_UNSUPPORTED,
               "needs a memory map of at most %u ranges, found more; please report this machine",
               MEMORY_RANGES_MAX);
    }
    memory_source_init(&tables, &memory);
    paging_build(&memory, &tables.source, cpu);
    devices_map(&handover.acpi);
    paging_switch();
    devices_mapped();
    struct line *line = log_begin("mem");
    line_decimal(line, "total_kib", range_set_total(&memory.ram) / 1024);
    line_decimal(line, "free_kib", range_set_total(&memory.free) / 1024);
    line_end(line);
}

static const struct guest *choose_guest(const struct options *options)
{
    const struct guest *guest = guests[options->guest];
    struct out *why = result_why();
    fmt_print(why, "command line: ");
    if (!handover_check(&handover, why) ||
        !override_check_all(options->override, options->override_count, why) ||
        (guest->allows && !guest->allows(options, why)))
        finish_why(RESULT_COMMAND_LINE);
    return guest;
}

static void plan_controls(const struct options *options)
{
    ready_controls(&vcpu.caps, site.wishes, &plan.controls);
    plan.vpid = 1;
    plan.preemption_timer = BUDGET_TIMER;
    if (options->step > 0 && !step_plan(&vcpu.caps, &plan.controls, result_why()))
        finish_why(RESULT_UNSUPPORTED);
}

static void plan_trace(const struct guest *guest, const struct options *options)
{
    const struct trace_choice choice = trace_choose(options, guest->untraced, vcpu.exits_max);
    run.trace = choice.live;
    if (choice.ring)
        ring_create(&vcpu.ring, &memory, options->records);
}

void kernel_main(const void *info)
{
    struct percpu *cpu = &boot_cpu;
    const struct options *options = &handover.options;
    percpu_load(cpu);
    pic_mask();
    handover_take(info, guest_names, &handover);
    take_memory(info, cpu);
    const struct guest *guest = choose_guest(options);
    apic_disable();
    const uint64_t tsc_khz = time_take();
    machine_report(tsc_khz, &log_line);
    const struct cpu_facts facts = ready_processor(vcpu.cpu);
    ready_capabilities(&facts, &vcpu.caps);
    if (!mtrr_take(facts.physical_bits, &types, result_why()))
        finish_why(RESULT_UNSUPPORTED);
    vcpu.options = options;
    guest_build(guest, &site, &vcpu);
    plan_trace(guest, options);
    places = places_in_use(&memory, &vcpu, site.ept.table.root);
    plan_controls(options);
    run.budget = options->budget * tsc_khz;
    run.watched = options->checksum ? places_watched(&memory, &vcpu) : NULL;
    run.scratch = memory.scratch ? MEMORY_SCRATCH : (struct range){0, 0};
    run.judges = judges_of(emulator_recognise(), (enum below)options->below);
    run.exit_rsp = (uintptr_t)(&cpu->exit_stack + 1);
    run.self_rsp = (uintptr_t)(&cpu->self_stack + 1);
    finish_why(guest_rounds(guest, &site, &vcpu, &run));
}
