/* The boot order: one call a step. Each step that cannot be made ends the machine with a result
 * line that says why. */
#include "boot/multiboot2.h"
#include "kernel/acpi/acpi.h"
#include "kernel/acpi/memory.h"
#include "kernel/acpi/report.h"
#include "kernel/apic.h"
#include "kernel/cpu.h"
#include "kernel/devices.h"
#include "kernel/display.h"
#include "kernel/emulator.h"
#include "kernel/identify.h"
#include "kernel/log.h"
#include "kernel/machine.h"
#include "kernel/memory.h"
#include "kernel/msr.h"
#include "kernel/mtrr.h"
#include "kernel/options.h"
#include "kernel/paging.h"
#include "kernel/panic.h"
#include "kernel/percpu.h"
#include "kernel/pic.h"
#include "kernel/power.h"
#include "kernel/result.h"
#include "kernel/serial/spcr.h"
#include "kernel/serial_port.h"
#include "kernel/time.h"
#include "lib/address.h"
#include "lib/bits.h"
#include "lib/fmt.h"
#include "lib/string.h"
#include "vmx/bench/bench.h"
#include "vmx/bench/series.h"
#include "vmx/control.h"
#include "vmx/exit/step.h"
#include "vmx/fuzz/fuzz.h"
#include "vmx/guests/self.h"
#include "vmx/guests/self_work.h"
#include "vmx/guests/site.h"
#include "vmx/override.h"
#include "vmx/report.h"
#include "vmx/run/judges.h"
#include "vmx/run/run.h"
#include "vmx/support.h"

/* No loader's information is larger; a size beyond is a mistake. */
enum { BOOT_INFO_LIMIT = 1 << 20 };

extern const char kernel_start[], kernel_end[], data_start[], text_start[],
    text_end[]; /* linker.ld */

extern const uint64_t start_time; /* boot/start.asm: the time stamp of the first instruction */

_Noreturn void kernel_main(const void *info);

static struct boot_info boot;
static struct acpi acpi;
static struct options options;
static struct option_error option_error;
static bool options_good;
static struct memory memory;
static struct memory_source tables;
static struct memory_types types;
static struct plan plan;
static struct guest_site guest = {.options = &options,
                                  .boot = &boot,
                                  .memory = &memory,
                                  .tables = &tables,
                                  .types = &types,
                                  .plan = &plan};
static struct audit_places places;

/* Reasons are formatted here before they go on the result line. */
static char why_text[512];
static struct out_buffer why;

static struct out *why_begin(void)
{
    out_buffer_init(&why, why_text, sizeof why_text);
    return &why.out;
}

static _Noreturn void finish_why(enum result_code code)
{
    finish(code, "%s", why_text);
}

static void print_boot(void)
{
    if (boot.efi) /* whose console may be on the same port */
        log_new_line();
    struct line *line = log_begin("boot");
    line_name(line, "trapline", TRAPLINE_VERSION);
    line_text(line, "loader", "%s", boot.loader);
    line_name(line, "firmware", boot.efi ? "uefi" : "bios");
    line_text(line, "cmdline", "%s", boot.command_line);
    line_end(line);
}

static _Noreturn void finish_option_error(const struct option_error *error)
{
    struct out *out = why_begin();
    fmt_print(out, "command line: %.*s: ", (int)error->word.length, error->word.at);
    if (error->unknown) {
        fmt_print(out, "no such option; there are ");
        options_print_names(out);
    } else {
        fmt_print(out, "expected %s", error->expected);
    }
    finish_why(RESULT_COMMAND_LINE);
}

/* Now, since later page tables do not map the firmware's tables. */
static void take_acpi(void)
{
    const struct acpi_reader reader = {acpi_memory_read, &boot};
    acpi_parse(boot.rsdp, boot.rsdp_size, &reader, &acpi);
    power_use(&acpi, &boot);
}

/* The log is opened as soon as the command line says where; what is wrong is said there. */
static void take_boot_info(const void *info)
{
    enum multiboot2_status status = multiboot2_parse(info, BOOT_INFO_LIMIT, &boot);
    if (status != MULTIBOOT2_OK) {
        log_ensure();
        boot.command_line = "";
        boot.loader = "unknown";
        print_boot();
        finish(RESULT_UNSUPPORTED, "boot information at 0x%llx: %s; boot with GRUB 2's multiboot2",
               (unsigned long long)(uintptr_t)info, multiboot2_status_text(status));
    }
    options_good = options_parse(boot.command_line, &options, &option_error);
    result_end_with(options.end);
    take_acpi();
    if (!options.screen_off)
        display_open(&boot.framebuffer);
    log_open(&options.serial, &boot,
             acpi.spcr_from != ACPI_NO_TABLE ? serial_from_spcr(&acpi.spcr)
                                             : (struct serial_setting){0});
    print_boot();
    devices_report();
    const struct power_machine machine = power_machine();
    acpi_report(&acpi, &machine, &log_line);
}

/* Not before the memory is taken: a screen may need the kernel's page tables. */
static void check_options(void)
{
    const struct serial_found *serial = serial_port_found();
    if (!options_good)
        finish_option_error(&option_error);
    if (options.serial.kind == SERIAL_AT && serial->in_memory == options.serial.at.address)
        finish(
            RESULT_COMMAND_LINE,
            "command line: serial=mem:0x%llx: expected the registers of a UART, found that memory "
            "may be there: it is below 1 MiB, or the loader's map has memory there",
            (unsigned long long)serial->in_memory);
    if ((options.guest == GUEST_BENCH || options.guest == GUEST_FUZZ) &&
        (options.repeat > 1 || options.checksum))
        finish(RESULT_COMMAND_LINE,
               "command line: guest=bench and guest=fuzz are no rounds to repeat or to compare: "
               "leave repeat= and checksum= out, or use guest=self");
    if (options.guest == GUEST_BENCH && options.trace == TRACE_LIVE && options.trace_live > 0)
        finish(RESULT_COMMAND_LINE,
               "command line: guest=bench measures no exits that are printed meanwhile: leave "
               "trace= out, or record them with trace=ring");
    if (options.guest == GUEST_FUZZ && options.trace == TRACE_RING)
        finish(RESULT_COMMAND_LINE,
               "command line: guest=fuzz prints no exits: leave trace=ring out");
    for (unsigned i = 0; i < options.override_count; i++) {
        const struct text word = options.override[i];
        if (!override_check(word, why_begin()))
            finish(RESULT_COMMAND_LINE, "command line: %.*s: %s", (int)word.length, word.at,
                   why_text);
    }
}

static void take_memory(const void *info)
{
    const struct range keep[] = {
        {(uintptr_t)kernel_start, (uintptr_t)kernel_end},
        range_make((uintptr_t)info, boot.size),
    };
    if (!memory_init(&memory, &boot, keep, ARRAY_COUNT(keep)))
        finish(RESULT_UNSUPPORTED, "needs a memory map of at most %u ranges, found more",
               MEMORY_RANGES_MAX);
    paging_build(&memory, &boot_cpu);
    devices_map(&acpi);
    paging_switch();
    devices_mapped();
    memory_source_init(&tables, &memory);
    struct line *line = log_begin("mem");
    line_decimal(line, "total_kib", range_set_total(&memory.ram) / 1024);
    line_decimal(line, "free_kib", range_set_total(&memory.free) / 1024);
    line_end(line);
}

static uint64_t take_time(void)
{
    const struct tsc_rate rate = time_measure();
    struct line *line = log_begin("time");
    line_decimal(line, "tsc_khz", rate.khz);
    line_name(line, "source", rate.source);
    line_end(line);
    return rate.khz;
}

static struct cpu_facts take_processor(const struct vcpu *vcpu)
{
    struct cpu_facts facts = identify_cpu();
    struct line *line = log_begin("cpu");
    line_name(line, "vendor", facts.vendor);
    line_decimal(line, "family", facts.family);
    line_hex(line, "model", facts.model);
    line_name(line, "vmx", facts.vmx ? "yes" : "no");
    line_decimal(line, "cpu", vcpu->cpu);
    line_decimal(line, "physical_bits", facts.physical_bits);
    line_decimal(line, "linear_bits", facts.linear_bits);
    if (facts.hypervisor[0] != '\0')
        line_name(line, "hypervisor", facts.hypervisor);
    line_end(line);
    if (!support_vmx(&facts, why_begin()))
        finish_why(RESULT_UNSUPPORTED);
    return facts;
}

static void take_capabilities(const struct cpu_facts *facts, struct vcpu *vcpu)
{
    uint64_t before = msr_read(IA32_FEATURE_CONTROL), wanted;
    bool allowed = support_feature_control(before, &wanted, why_begin());
    if (allowed && wanted != before)
        msr_write(IA32_FEATURE_CONTROL, wanted);
    struct line *line = log_begin("caps");
    line_hex(line, "msr", IA32_FEATURE_CONTROL);
    line_name(line, "name", "IA32_FEATURE_CONTROL");
    line_hex(line, "value", msr_read(IA32_FEATURE_CONTROL));
    line_hex(line, "before", before);
    line_end(line);
    if (!allowed)
        finish_why(RESULT_UNSUPPORTED);
    caps_read(&vcpu->caps, msr_read);
    vcpu->caps.physical_bits = (uint8_t)facts->physical_bits;
    vcpu->caps.linear_bits = (uint8_t)facts->linear_bits;
    report_caps(&vcpu->caps, &log_line);
    if (!support_basic(&vcpu->caps, why_begin()) || !support_ept(&vcpu->caps, why_begin()))
        finish_why(RESULT_UNSUPPORTED);
}

static void take_memory_types(const struct cpu_facts *facts)
{
    if (!mtrr_take(facts->physical_bits, &types, why_begin()))
        finish_why(RESULT_UNSUPPORTED);
}

/* What the audit is to keep the VMCS away from: all memory that is in use, but for what the VMCS is
 * made to point to. */
static void note_places(const struct vcpu *vcpu)
{
    static struct range storage[2 * MEMORY_RANGES_MAX + 8];
    struct range_set taken = {storage, 0, ARRAY_COUNT(storage)};
    const uint64_t pointed_to[] = {
#define REGION(field, name, fill) (uintptr_t) vcpu->name,
#include "vmx/regions.def"
#undef REGION
        guest.ept.table.root,
        read_cr3(),
    };
    if (!memory_taken(&memory, pointed_to, ARRAY_COUNT(pointed_to), &taken))
        panic("no room for the memory in use: %zu ranges", taken.count);
    places = (struct audit_places){
        .text = {(uintptr_t)text_start, (uintptr_t)text_end},
        .vmcs = (uintptr_t)vcpu->vmcs_region,
        .taken = storage,
        .taken_count = (unsigned)taken.count,
    };
}

static void resolve_controls(const struct vmx_caps *caps)
{
    unsigned unmet = control_resolve(caps, guest.wishes.at, guest.wishes.count, &plan.controls);
    report_controls(guest.wishes.at, guest.wishes.count, &plan.controls, &log_line);
    for (unsigned i = 0; unmet != 0 && i < guest.wishes.count; i++) {
        struct control_wish wish = guest.wishes.at[i];
        if (wish.want != CONTROL_WANTED && !control_wish_met(&plan.controls, wish))
            finish(RESULT_UNSUPPORTED,
                   "the guest needs control %s, found that this processor does not allow it; use "
                   "a later processor",
                   control_table[wish.control].name);
    }
    plan.vpid = 1;
    plan.preemption_timer = BUDGET_TIMER;
    plan.grants = options.grants;
    if (options.step > 0 && !step_plan(caps, &plan.controls, why_begin()))
        finish_why(RESULT_UNSUPPORTED);
}

/* For the audit: what is not mapped is not touched. */
static bool read_memory(void *context, uint64_t address, void *bytes, size_t size)
{
    (void)context;
    if (!paging_maps(address, size))
        return false;
    memcpy(bytes, (const void *)address, size);
    return true;
}

/* What a guest has no business with: all RAM but its own, and but what the host itself writes to.
 */
static const struct range_set *watched_memory(const struct vcpu *vcpu)
{
    static struct range storage[MEMORY_RANGES_MAX + 4];
    static struct range_set watched = {storage, 0, ARRAY_COUNT(storage)};
    const struct range own[] = {
        {0, PAGE_SIZE}, /* not mapped: a null pointer is a fault */
        {(uintptr_t)data_start, (uintptr_t)kernel_end},
        range_make((uintptr_t)vcpu->memory, vcpu->memory_size),
        range_make((uintptr_t)vcpu->ring.at, vcpu->ring.at ? ring_size(&vcpu->ring) : 0),
    };
    ASSERT(memory_ram_except(&memory, own, ARRAY_COUNT(own), &watched));
    return &watched;
}

/* More exits than this are not printed one by one while the guest waits. */
enum { EXITS_FEW = 1000 };

static bool wants_ring(void)
{
    if (options.trace == TRACE_AUTO)
        return options.guest == GUEST_HLT && options.exits > EXITS_FEW;
    return options.trace == TRACE_RING;
}

static uint64_t traced_live(void)
{
    if (wants_ring() || (options.trace == TRACE_AUTO && options.guest == GUEST_BENCH))
        return 0;
    return options.trace_live;
}

static void take_ring(struct exit_ring *ring)
{
    uint64_t records = 1, address;
    while (records < options.records)
        records *= 2;
    *ring = (struct exit_ring){NULL, records - 1};
    const uint64_t bytes = align_up(ring_size(ring), PAGE_SIZE);
    if (!memory_take(&memory, bytes / PAGE_SIZE, PAGE_SIZE, UINT64_MAX, &address))
        finish(RESULT_UNSUPPORTED,
               "trace=ring needs %llu KiB of memory in a row, found %llu KiB free in all; ask for "
               "fewer records= or add memory",
               (unsigned long long)(bytes / 1024),
               (unsigned long long)(range_set_total(&memory.free) / 1024));
    ring->at = (struct exit_record *)address;
}

/* The running kernel was stopped as a guest, and cannot go on: this is the end. */
static void lost(enum result_code code)
{
    series_print(&log_line); /* what the benchmark has measured so far */
    stats_print(&boot_cpu.vcpu.stats, &log_line);
    finish_why(code);
}

static enum result_code run_once(struct percpu *cpu, struct run *run)
{
    struct vcpu *vcpu = &cpu->vcpu;
    void *stack = &cpu->self_stack + 1;
    const struct bench_before before = {start_time, guest.ept_cycles};
    if (run->round > 1)
        guest_site_build_again(&guest, vcpu);
    switch (options.guest) {
    case GUEST_SELF:
        return guest_self_round(vcpu, run, self_work, stack, lost, why_begin());
    case GUEST_BENCH:
        return bench_round(vcpu, run, before, stack, lost, why_begin());
    case GUEST_FLAT:
    case GUEST_HLT:
    case GUEST_FUZZ:
        break;
    }
    return run_round(vcpu, run, why_begin());
}

static enum result_code run_rounds(struct percpu *cpu, uint64_t tsc_khz)
{
    struct run run = {
        .guest = guest_site_name(&guest),
        .exits = options.guest == GUEST_HLT     ? options.exits
                 : options.guest == GUEST_BENCH ? UINT64_MAX
                                                : 0,
        .trace = traced_live(),
        .budget = options.budget * tsc_khz,
        .step = options.step,
        .vmx_shown = options.vmx_shown,
        .beyond_faults = options.beyond_faults,
        .watched = options.checksum ? watched_memory(&cpu->vcpu) : NULL,
        .audit = options.audit,
        .judges = judges_of(emulator_recognise(), options.below),
        .override = options.override,
        .override_count = options.override_count,
        .read = read_memory,
        .places = &places,
        .scratch = memory.scratch ? MEMORY_SCRATCH : (struct range){0, 0},
        .exit_rsp = (uintptr_t)(&cpu->exit_stack + 1),
        .plan = &plan,
    };
    enum result_code code = RESULT_PASS;
    stats_begin(&cpu->vcpu.stats);
    if (options.guest == GUEST_FUZZ)
        return fuzz_round(&cpu->vcpu, &run, options.seed, options.count, why_begin());
    for (run.round = 1; run.round <= options.repeat && code == RESULT_PASS; run.round++)
        code = run_once(cpu, &run);
    stats_print(&cpu->vcpu.stats, &log_line);
    return code;
}

void kernel_main(const void *info)
{
    struct percpu *cpu = &boot_cpu;
    percpu_load(cpu);
    pic_mask();
    take_boot_info(info);
    take_memory(info);
    check_options();
    apic_disable();
    uint64_t tsc_khz = take_time();
    machine_report(tsc_khz, &log_line);
    struct cpu_facts facts = take_processor(&cpu->vcpu);
    take_capabilities(&facts, &cpu->vcpu);
    take_memory_types(&facts);
    guest_site_build(&guest, &cpu->vcpu);
    if (wants_ring())
        take_ring(&cpu->vcpu.ring);
    note_places(&cpu->vcpu);
    resolve_controls(&cpu->vcpu.caps);
    finish_why(run_rounds(cpu, tsc_khz));
}
