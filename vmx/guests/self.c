/* The running kernel as its own guest. */
#include "vmx/guests/self.h"

#include "kernel/cpu.h"
#include "kernel/log.h"
#include "kernel/msr.h"
#include "lib/bits.h"
#include "lib/fmt.h"
#include "lib/segment.h"

bool self_enter(struct vcpu_context *context, void *stack,
                bool (*round)(void)); /* vmx/guests/self.asm */
void self_leave(void);

static const struct control_wish wishes[] = {
    {PIN_ACTIVATE_VMX_PREEMPTION_TIMER, CONTROL_WANTED},
    GUEST_SELF_WISHES,
};
const struct control_wishes guest_self_wishes = {wishes, ARRAY_COUNT(wishes)};

/* The bits that VMX operation fixes: the guest is not to find out. */
struct intercepts guest_self_intercepts(const struct vmx_caps *caps)
{
    const uint64_t *msr = caps->value;
    return (struct intercepts){
        .cr0_bits = msr[IA32_VMX_CR0_FIXED0] | ~msr[IA32_VMX_CR0_FIXED1],
        .cr4_bits = msr[IA32_VMX_CR4_FIXED0] | ~msr[IA32_VMX_CR4_FIXED1],
    };
}

enum pagetable_status guest_self_build(struct ept *ept, uint64_t limit,
                                       const struct memory_types *types)
{
    return ept_map_typed(ept, (struct gpa){0}, (struct hpa){0}, limit,
                         EPT_READ | EPT_WRITE | EPT_EXECUTE, types);
}

/* One at a time: there is one kernel. */
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
    segment.base |= base; /* of FS and GS, whose bases are in MSRs */
    return segment;
}

static void state_now(const struct vcpu_context *context, struct guest_state *state)
{
    const struct table_register gdtr = read_gdtr(), idtr = read_idtr();
    *state = (struct guest_state){
        .cr0 = read_cr0(),
        .cr3 = read_cr3(),
        .cr4 = read_cr4(), /* VMXON has set VMXE by the time it is entered */
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

/* The host's side, on a stack of its own. */
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
                                  void *stack, void (*lost)(enum result_code), struct out *why)
{
    self = (struct self){vcpu, run, why, lost, RESULT_FAIL};
    if (!self_enter(&vcpu->context, stack, host_round)) {
        say("the launch failed: natively on");
        return self.code;
    }
    say("inside");
    const char *broken = work();
    self_leave();
    say("natively on");
    if (!broken)
        return self.code;
    fmt_print(why, "; inside, this did not work: %s", broken);
    return RESULT_FAIL;
}
