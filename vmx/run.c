/* The round and the loop inside it. */
#include "vmx/run.h"

#include "kernel/cpu.h"
#include "kernel/log.h"
#include "kernel/msr.h"
#include "kernel/snapshot.h"
#include "lib/fmt.h"
#include "lib/string.h"
#include "vmx/entry.h"
#include "vmx/exit.h"
#include "vmx/vmcs.h"
#include "vmx/vmxon.h"

/* The descriptor of the running task register, as the VMCS wants TR's base. */
static uint64_t task_base(struct table_register gdtr, uint16_t tr)
{
    struct segment segment;
    return segment_split((const void *)gdtr.base, gdtr.limit, tr, &segment) ? segment.base : 0;
}

/* VM exits come back to the processor as it is now, on a stack of their own. */
static struct host_state host_state_now(uint64_t rsp)
{
    struct table_register gdtr = read_gdtr();
    return (struct host_state){
        .cr0 = read_cr0(),
        .cr3 = read_cr3(),
        .cr4 = read_cr4(),
        .cs = read_cs(),
        .ss = read_ss(),
        .ds = read_ds(),
        .es = read_es(),
        .fs = read_fs(),
        .gs = read_gs(),
        .tr = read_tr(),
        .fs_base = msr_read(IA32_FS_BASE),
        .gs_base = msr_read(IA32_GS_BASE),
        .tr_base = task_base(gdtr, read_tr()),
        .gdtr_base = gdtr.base,
        .idtr_base = read_idtr().base,
        .sysenter_cs = msr_read(IA32_SYSENTER_CS),
        .sysenter_esp = msr_read(IA32_SYSENTER_ESP),
        .sysenter_eip = msr_read(IA32_SYSENTER_EIP),
        .pat = msr_read(IA32_PAT),
        .efer = msr_read(IA32_EFER),
        .rsp = rsp,
        .rip = (uintptr_t)vmx_exit_arrival,
    };
}

static struct hpa address_of(const void *region)
{
    return (struct hpa){(uintptr_t)region};
}

/* Every port and every MSR is the host's: each access by the guest exits. */
static void intercept_all(struct vcpu *vcpu)
{
    memset(vcpu->io_bitmap_a, 0xff, sizeof vcpu->io_bitmap_a);
    memset(vcpu->io_bitmap_b, 0xff, sizeof vcpu->io_bitmap_b);
    memset(vcpu->msr_bitmap, 0xff, sizeof vcpu->msr_bitmap);
}

static void complete_plan(struct vcpu *vcpu, const struct run *run)
{
    struct plan *plan = run->plan;
    uint64_t rsp = run->exit_rsp - 16;
    *(uint64_t *)rsp = (uintptr_t)&vcpu->context;
    intercept_all(vcpu);
    plan->io_bitmap_a = address_of(vcpu->io_bitmap_a);
    plan->io_bitmap_b = address_of(vcpu->io_bitmap_b);
    plan->msr_bitmap = address_of(vcpu->msr_bitmap);
    plan->host = host_state_now(rsp);
    plan_write(plan, &vcpu->caps, &vcpu->image);
}

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

static void print_exit(const struct vcpu *vcpu, const struct exit *exit, enum exit_action action)
{
    struct line *line = log_begin("exit");
    line_decimal(line, "seq", vcpu->exits);
    line_decimal(line, "cpu", vcpu->cpu);
    line_decimal(line, "reason", exit_basic(exit));
    line_name(line, "name", exit_reason_name(exit_basic(exit)));
    line_hex(line, "rip", exit->rip);
    line_decimal(line, "len", exit->length);
    line_hex(line, "qual", exit->qualification);
    line_name(line, "action", exit_action_name(action));
    exit_decode(exit, line);
    line_end(line);
}

/* The guest was stopped: by us after the exits asked for, or by what it did. */
static enum result_code stopped(const struct vcpu *vcpu, const struct exit *exit, struct out *why)
{
    if (exit_basic(exit) == REASON_HLT) {
        fmt_print(why, "the guest made all exits asked for: %llu", (unsigned long long)vcpu->exits);
        return RESULT_PASS;
    }
    fmt_print(why,
              "exit %llu of the guest was %s (reason %u) at rip 0x%llx, which nothing asked for",
              (unsigned long long)vcpu->exits, exit_reason_name(exit_basic(exit)), exit_basic(exit),
              (unsigned long long)exit->rip);
    return RESULT_FAIL;
}

static void print_entry_failure(const struct exit *exit, struct out *why)
{
    fmt_print(why,
              "the processor refused the VM entry while loading the guest: exit reason %u %s, "
              "qualification 0x%llx",
              exit_basic(exit), exit_reason_name(exit_basic(exit)),
              (unsigned long long)exit->qualification);
}

/* Enters the guest again and again until an exit stops it. */
static enum result_code run_guest(struct vcpu *vcpu, struct out *why)
{
    uint16_t reason = 0;             /* of the exit before, which began at `since` */
    uint64_t since = 0, tracing = 0; /* and how long its line took to print */
    for (;;) {
        enum entry_result result = vmx_enter(&vcpu->context, vcpu->launched);
        if (vcpu->launched)
            stats_sample(&vcpu->stats, reason, vcpu->context.tsc_entry - since - tracing);
        if (result != ENTRY_EXITED) {
            fmt_print(why, "the processor refused the VM entry: %s: ",
                      vcpu->launched ? "VMRESUME" : "VMLAUNCH");
            vmx_status_print(why, result == ENTRY_FAIL_INVALID ? VMX_FAIL_INVALID : VMX_FAIL_VALID);
            return RESULT_ENTRY;
        }
        struct exit exit = exit_read();
        if (exit.reason & EXIT_REASON_ENTRY_FAILURE) {
            print_entry_failure(&exit, why);
            return RESULT_ENTRY;
        }
        reason = exit_basic(&exit);
        since = vcpu->context.tsc_exit;
        vcpu->launched = true;
        vcpu->exits++;
        stats_count(&vcpu->stats, reason);
        enum exit_action action = exit_handle(vcpu, &exit);
        uint64_t printing = rdtsc();
        print_exit(vcpu, &exit, action);
        tracing = rdtsc() - printing;
        if (action == EXIT_STOP)
            return stopped(vcpu, &exit, why);
    }
}

static enum result_code run_in_vmx(struct vcpu *vcpu, const struct run *run, struct out *why)
{
    uint32_t revision = (uint32_t)caps_bits(&vcpu->caps, IA32_VMX_BASIC_REVISION);
    complete_plan(vcpu, run);
    if (!vmcs_make_current(address_of(vcpu->vmcs_region), revision, why) ||
        !vmcs_apply(&vcpu->image, why))
        return RESULT_ENTRY;
    print_entry(vcpu, run);
    return run_guest(vcpu, why);
}

enum result_code run_round(struct vcpu *vcpu, const struct run *run, struct out *why)
{
    struct snapshot before;
    enum result_code code = RESULT_ENTRY;
    vcpu->context.registers = (struct guest_registers){0};
    vcpu->launched = false;
    vcpu->exits = 0;
    vcpu->exits_max = run->exits;
    snapshot_take(&before);
    if (vmx_on(vcpu, why)) {
        code = run_in_vmx(vcpu, run, why);
        vmx_off(vcpu);
    }
    unsigned changed = snapshot_restore(&before);
    if (changed != 0 && code == RESULT_PASS) {
        fmt_print(why, ", but %u things differ from before VMXON; please report this log", changed);
        code = RESULT_PANIC;
    }
    return code;
}
