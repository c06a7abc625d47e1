/* Arming events, mapping pages, measuring in VMX root operation. */
#include "vmx/bench/host.h"

#include "kernel/apic.h"
#include "kernel/cpu.h"
#include "kernel/panic.h"
#include "lib/bits.h"
#include "lib/fmt.h"
#include "vmx/bench/agreed.h"
#include "vmx/bench/loops.h"
#include "vmx/bench/series.h"
#include "vmx/cpu/event.h"
#include "vmx/exit/guest.h"
#include "vmx/instructions.h"
#include "vmx/vmcs.h"

static void inject_at_entry(bool comes, uint32_t type, uint32_t vector)
{
    vmcs_write(VM_ENTRY_INTERRUPTION_INFORMATION_FIELD,
               (comes ? EVENT_VALID : 0) | type << 8 | vector);
}

enum exit_action bench_arm(struct vcpu *vcpu, uint32_t argument)
{
    const bool comes = !(argument & BENCH_REHEARSED);
    switch (argument & ~(uint32_t)BENCH_REHEARSED) {
    case BENCH_STEP:
        vcpu->steps_max = vcpu->steps + 1;
        guest_control_set(vcpu, PRIMARY_MONITOR_TRAP_FLAG, comes);
        break;
    case BENCH_TIMER:
        vmcs_write(VMX_PREEMPTION_TIMER_VALUE, comes ? 0 : vcpu->budget.timer);
        break;
    case BENCH_EXCEPTION:
        inject_at_entry(comes, EVENT_HARDWARE_EXCEPTION, VECTOR_UD);
        break;
    case BENCH_NMI:
        inject_at_entry(comes, EVENT_NMI, VECTOR_NMI);
        break;
    case BENCH_INTERRUPT:
        apic_end_interrupt(); /* ends the interrupt of the sample before */
        if (comes)
            apic_interrupt_self(BENCH_VECTOR);
        else
            apic_rehearse_interrupt(BENCH_VECTOR);
        break;
    default:
        break;
    }
    return EXIT_SKIP;
}

/* The pages that bench_map() maps: the arguments of bench_build(). */
static struct {
    struct ept *ept;
    struct hpa pages;
    const struct memory_types *types;
} lazy;

enum { ACCESS = EPT_READ | EPT_WRITE | EPT_EXECUTE };
#define LAZY_SIZE (BENCH_PAGES * PAGE_SIZE)

enum pagetable_status bench_build(struct ept *ept, uint64_t limit, struct hpa pages,
                                  const struct memory_types *types)
{
    const uint64_t behind = pages.value + LAZY_SIZE;
    lazy.ept = ept;
    lazy.pages = pages;
    lazy.types = types;
    enum pagetable_status status =
        ept_map_typed(ept, (struct gpa){0}, (struct hpa){0}, pages.value, ACCESS, types);
    if (status == PAGETABLE_OK) {
        status = ept_map_typed(ept, (struct gpa){behind}, (struct hpa){behind}, limit - behind,
                               ACCESS, types);
    }
    return status;
}

uint64_t bench_pages(void)
{
    return lazy.pages.value;
}

bool bench_map(uint64_t address)
{
    const uint64_t page = align_down(address, PAGE_SIZE);
    return page - lazy.pages.value < LAZY_SIZE &&
           ept_map_typed(lazy.ept, (struct gpa){page}, (struct hpa){page}, PAGE_SIZE, ACCESS,
                         lazy.types) == PAGETABLE_OK;
}

/* Measures how long the audit of the guest's image takes. */
static void time_audit(struct vcpu *vcpu, struct run *run)
{
    enum { TIMES = 20 };
    static uint64_t samples[TIMES];
    const struct audit_input input = run_audit_input(vcpu, run);
    for (unsigned i = 0; i < TIMES; i++) {
        const uint64_t from = rdtsc();
        audit(&input, &run->audit);
        samples[i] = rdtsc() - from;
    }
    series_keep("AUDIT", samples, TIMES);
}

void bench_root(struct vcpu *vcpu, struct run *run)
{
    static uint8_t spare[PAGE_SIZE] __attribute__((aligned(4096)));
    static struct root_regions regions;
    regions = (struct root_regions){
        .main = (uintptr_t)vcpu->vmcs_region,
        .spare = (uintptr_t)spare,
        .vmxon = (uintptr_t)vcpu->vmxon_region,
    };
    *(volatile uint32_t *)spare = (uint32_t)caps_bits(&vcpu->caps, IA32_VMX_BASIC_REVISION);
    MUST(vmclear((struct hpa){regions.spare}) == VMX_SUCCEED);
    time_audit(vcpu, run);

    const uint64_t argument = (uintptr_t)&regions;
    const struct {
        struct bench_series series;
        bool has;
    } rows[] = {
#define ROOT(name, loop, twin, has) {{#name, loop_##loop, loop_##twin, argument, argument, 0}, has},
#include "vmx/bench/root.def"
#undef ROOT
    };
    for (unsigned i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct bench_series *series = &rows[i].series;
        if (!rows[i].has)
            fmt_print(series_skip(series->name), "this processor lacks it");
        else if (!series_run(series))
            fmt_print(series_skip(series->name), "the VM entry failed");
    }
    MUST(vmclear((struct hpa){regions.spare}) == VMX_SUCCEED);
}
