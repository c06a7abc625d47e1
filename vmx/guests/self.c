/* Making the running kernel a guest, and taking it back. */
#include "vmx/guests/self.h"

#include "kernel/cpu.h"
#include "kernel/log.h"
#include "kernel/msr.h"
#include "kernel/result.h"
#include "lib/address.h"
#include "lib/bits.h"
#include "lib/fmt.h"
#include "lib/segment.h"
#include "vmx/guests/guest.h"
#include "vmx/guests/self_work.h"
#include "vmx/hypercall.h"
#include "vmx/vmcs.h"

bool self_enter(struct vcpu_context *context, void *stack,
                bool (*round)(void)); /* vmx/guests/self.asm */
void self_leave(void);

static const struct control_wish wishes[] = {
    {PIN_ACTIVATE_VMX_PREEMPTION_TIMER, CONTROL_WANTED},
    GUEST_SELF_WISHES,
};

/* The guest must not see that VMX operation fixes some bits of CR0 and CR4. */
struct intercepts guest_self_intercepts(const struct vmx_caps *caps)
{
    const uint64_t *msr = caps->value;
    return (struct intercepts){
        .cr0_bits = msr[IA32_VMX_CR0_FIXED0] | ~msr[IA32_VMX_CR0_FIXED1],
        .cr4_bits = msr[IA32_VMX_CR4_FIXED0] | ~msr[IA32_VMX_CR4_FIXED1],
    };
}

/* Covers RAM, and the devices below 4 GiB. */
uint64_t guest_self_limit(const struct guest_site *site)
{
    const struct range_set *ram = &site->memory->ram;
    const uint64_t end = ram->count > 0 ? ram->at[ram->count - 1].end : 0;
    const uint64_t lowest = UINT64_C(1) << 32;
    const uint64_t wanted = align_up(end > lowest ? end : lowest, pagetable_span(2));
    /* The end of physical addresses; the memory map may claim more. */
    const uint64_t limit = site->types->at[site->types->count - 1].end;
    return wanted < limit ? wanted : limit;
}

/* Maps guest-physical memory one to one from 0 to limit, which is a multiple of 2 MiB. Each address
 * keeps the memory type that it has natively. */
static enum pagetable_status map(struct ept *ept, uint64_t limit, const struct memory_types *types)
{
    return ept_map_typed(ept, (struct gpa){0}, (struct hpa){0}, limit,
                         EPT_READ | EPT_WRITE | EPT_EXECUTE, types);
}

/* The present round. There is one, because there is one kernel. */
static struct self {
    struct vcpu *vcpu;
    struct run *run;
    struct out *why;
    void (*lost)(enum result_code);
    enum result_code code;
} self;

static struct segment segment_now(uint16_t selector, uint64_t base)
{
    const struct table_register gdtr = read_gdtr();
    struct segment segment;
    (void)segment_split((const void *)gdtr.base, gdtr.limit, selector, &segment);
    segment.base |= base; /* FS and GS have their bases in MSRs */
    return segment;
}

static void state_now(const struct vcpu_context *context, struct guest_state *state)
{
    const struct table_register gdtr = read_gdtr(), idtr = read_idtr();
    *state = (struct guest_state){
        .cr0 = read_cr0(),
        .cr3 = read_cr3(),
        .cr4 = read_cr4(), /* plan_fixed_cr4() adds VMXE */
        .dr7 = read_dr7(),
        .rip = context->self_rip,
        .rsp = context->self_rsp,
        .rflags = read_rflags(),
        .cs = segment_now(read_cs(), 0),
        .ss = segment_now(read_ss(), 0),
        .ds = segment_now(read_ds(), 0),
        .es = segment_now(read_es(), 0),
        .fs = segment_now(read_fs(), msr_read(IA32_FS_BASE)),
        .gs = segment_now(read_gs(), msr_read(IA32_GS_BASE)),
        .tr = segment_now(read_tr(), 0),
        .ldtr = segment_now(read_ldtr(), 0),
        .gdtr_base = gdtr.base,
        .idtr_base = idtr.base,
        .gdtr_limit = gdtr.limit,
        .idtr_limit = idtr.limit,
        .pat = msr_read(IA32_PAT),
        .efer = msr_read(IA32_EFER),
        .sysenter_cs = msr_read(IA32_SYSENTER_CS),
        .sysenter_esp = msr_read(IA32_SYSENTER_ESP),
        .sysenter_eip = msr_read(IA32_SYSENTER_EIP),
    };
}

/* Runs the host's side of the round, on a stack of its own. Returns true if the guest has left. */
static bool host_round(void)
{
    struct vcpu *vcpu = self.vcpu;
    struct guest_state *guest = &self.run->plan->guest;
    state_now(&vcpu->context, guest);
    guest->cr0_shadow = guest->cr0;
    guest->cr4_shadow = guest->cr4;
    guest->cr0 = plan_fixed_cr0(&vcpu->caps, guest->cr0);
    guest->cr4 = plan_fixed_cr4(&vcpu->caps, guest->cr4);
    self.code = run_round(vcpu, self.run, self.why);
    if (!vcpu->left && vcpu->exits > 0)
        self.lost(self.code);
    return vcpu->left;
}

static void say(const char *text)
{
    struct line *line = log_begin("guest");
    line_decimal(line, "cpu", self.vcpu->cpu);
    line_text(line, "text", "%s", text);
    line_end(line);
}

enum result_code guest_self_round(struct vcpu *vcpu, struct run *run, self_work_load *work,
                                  void (*lost)(enum result_code), struct out *why)
{
    self = (struct self){vcpu, run, why, lost, RESULT_FAIL};
    if (!self_enter(&vcpu->context, (void *)run->self_rsp, host_round)) {
        say("the launch failed; running natively");
        return self.code;
    }
    say("running as a guest");
    const char *broken = work();
    self_leave();
    say("running natively again");
    if (!broken)
        return self.code;
    fmt_print(why, "; as a guest, this did not work as it does natively: %s", broken);
    return RESULT_FAIL;
}

/* Keeps where the kernel continues natively: after its VMCALL. */
bool guest_self_hypercall(struct vcpu *vcpu, uint32_t number, uint32_t argument,
                          enum exit_action *action)
{
    (void)argument;
    if (number != HYPERCALL_LEAVE)
        return false;
    vcpu->context.self_rip = vmcs_read(GUEST_RIP) + vmcs_read(VM_EXIT_INSTRUCTION_LENGTH);
    vcpu->context.self_rsp = vmcs_read(GUEST_RSP);
    vcpu->context.self_rflags = vmcs_read(GUEST_RFLAGS);
    vcpu->left = true;
    *action = EXIT_STOP;
    return true;
}

static enum pagetable_status build(struct guest_site *site, struct vcpu *vcpu)
{
    vcpu->is_kernel = true;
    site->plan->intercepts = guest_self_intercepts(&vcpu->caps);
    site->wishes = (struct control_wishes){wishes, ARRAY_COUNT(wishes)};
    return map(&site->ept, guest_self_limit(site), site->types);
}

/* Ends the machine: the running kernel was stopped as a guest and cannot continue. */
static void lost(enum result_code code)
{
    stats_print(&self.vcpu->stats, &log_line);
    finish_why(code);
}

static enum result_code round(const struct guest_site *site, struct vcpu *vcpu, struct run *run,
                              struct out *why)
{
    (void)site;
    return guest_self_round(vcpu, run, self_work, lost, why);
}

const struct guest guest_self = {
    .name = "self",
    .build = build,
    .round = round,
    .answers = {.hypercall = guest_self_hypercall},
};
