/* Exit handling: one table, made of vmx/exits.def. */
#include "vmx/exit.h"

#include "lib/bits.h"
#include "vmx/entry.h"
#include "vmx/vmcs.h"

#define RFLAGS_TF BIT(8)

/* Guest interruptibility state and pending debug exceptions (SDM Vol 3C §24.4.2). */
#define BLOCKING_BY_STI    BIT(0)
#define BLOCKING_BY_MOV_SS BIT(1)
#define PENDING_BS         BIT(14)

#define DEBUGCTL_BTF BIT(1)
#define RIGHTS_L     BIT(13) /* 64-bit code segment */

/* VM-exit interruption information (SDM Vol 3C §24.9.2). */
#define INTERRUPTION_HAS_ERROR BIT(11)
#define INTERRUPTION_VALID     BIT(31)

const char *exit_action_name(enum exit_action action)
{
    switch (action) {
    case EXIT_RESUME:
        return "resume";
    case EXIT_SKIP:
        return "skip";
    case EXIT_STOP:
        break;
    }
    return "stop";
}

static struct exit exit_read(void)
{
    return (struct exit){
        .reason = (uint32_t)vmcs_read(EXIT_REASON),
        .length = (uint32_t)vmcs_read(VM_EXIT_INSTRUCTION_LENGTH),
        .qualification = vmcs_read(EXIT_QUALIFICATION),
        .rip = vmcs_read(GUEST_RIP),
    };
}

static enum enter_by enter_by(const struct vcpu *vcpu)
{
    if (vcpu->launched)
        return ENTER_BY_VMRESUME;
    return vcpu->image.after_mov_ss ? ENTER_BY_VMLAUNCH_AFTER_MOV_SS : ENTER_BY_VMLAUNCH;
}

struct entry_answer exit_enter(struct vcpu *vcpu, struct exit *exit)
{
    switch (vmx_enter(&vcpu->context, enter_by(vcpu))) {
    case ENTER_FAIL_INVALID:
        return (struct entry_answer){ENTRY_FAIL_INVALID, 0, 0};
    case ENTER_FAIL_VALID:
        return (struct entry_answer){ENTRY_FAIL_VALID, (uint32_t)vmcs_read(VM_INSTRUCTION_ERROR),
                                     0};
    case ENTER_EXITED:
        break;
    }
    *exit = exit_read();
    if (exit->reason & EXIT_REASON_ENTRY_FAILURE)
        return (struct entry_answer){ENTRY_FAILURE_EXIT, exit_basic(exit), exit->qualification};
    vcpu->launched = true;
    return (struct entry_answer){ENTRY_ENTERED, 0, 0};
}

/* To the next instruction as the processor itself would go there: blocking by STI and MOV SS ends
 * with the instruction, and RFLAGS.TF makes a single-step trap pending (SDM Vol 3A §6.8.3,
 * §17.3.1.4; Vol 3C §24.4.2, §26.3.1.5). */
static void skip(const struct exit *exit)
{
    uint64_t rip = exit->rip + exit->length;
    if (!(vmcs_read(GUEST_CS_ACCESS_RIGHTS) & RIGHTS_L))
        rip &= BITS(31, 0);
    vmcs_write(GUEST_RIP, rip);

    uint64_t interruptibility = vmcs_read(GUEST_INTERRUPTIBILITY_STATE);
    if (interruptibility & (BLOCKING_BY_STI | BLOCKING_BY_MOV_SS))
        vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
                   interruptibility & ~(BLOCKING_BY_STI | BLOCKING_BY_MOV_SS));
    if ((vmcs_read(GUEST_RFLAGS) & RFLAGS_TF) && !(vmcs_read(GUEST_IA32_DEBUGCTL) & DEBUGCTL_BTF))
        vmcs_write(GUEST_PENDING_DEBUG_EXCEPTIONS,
                   vmcs_read(GUEST_PENDING_DEBUG_EXCEPTIONS) | PENDING_BS);
}

static enum exit_action handle_stop(struct vcpu *vcpu)
{
    (void)vcpu;
    return EXIT_STOP;
}

static enum exit_action handle_hlt(struct vcpu *vcpu)
{
    return vcpu->exits >= vcpu->exits_max ? EXIT_STOP : EXIT_SKIP;
}

#define decode_none NULL

/* SDM Vol 3C §24.9.2 "Information for VM Exits Due to Vectored Events". */
static void decode_interruption(const struct exit *exit, struct line *line)
{
    static const char *const types[8] = {"external", "?",          "nmi",      "hardware",
                                         "?",        "privileged", "software", "?"};
    uint64_t information = vmcs_read(VM_EXIT_INTERRUPTION_INFORMATION);
    (void)exit;
    if (!(information & INTERRUPTION_VALID))
        return;
    line_decimal(line, "vector", bits_get(information, 7, 0));
    line_name(line, "type", types[bits_get(information, 10, 8)]);
    if (information & INTERRUPTION_HAS_ERROR)
        line_hex(line, "error", vmcs_read(VM_EXIT_INTERRUPTION_ERROR_CODE));
}

/* Three letters, r w x, and - for each that is missing. */
static void line_rights(struct line *line, const char *key, uint64_t rights)
{
    const char text[4] = {rights & 1 ? 'r' : '-', rights & 2 ? 'w' : '-', rights & 4 ? 'x' : '-',
                          '\0'};
    line_name(line, key, text);
}

/* SDM Vol 3C, Table 27-7 "Exit Qualification for EPT Violations". */
static void decode_ept_violation(const struct exit *exit, struct line *line)
{
    line_hex(line, "gpa", vmcs_read(GUEST_PHYSICAL_ADDRESS));
    line_rights(line, "access", bits_get(exit->qualification, 2, 0));
    line_rights(line, "allowed", bits_get(exit->qualification, 5, 3));
    if (exit->qualification & BIT(7))
        line_hex(line, "linear", vmcs_read(GUEST_LINEAR_ADDRESS));
}

static void decode_ept_misconfiguration(const struct exit *exit, struct line *line)
{
    (void)exit;
    line_hex(line, "gpa", vmcs_read(GUEST_PHYSICAL_ADDRESS));
}

static const struct exit_row {
    void (*decode)(const struct exit *exit, struct line *line);
    enum exit_action (*handle)(struct vcpu *vcpu);
} rows[EXIT_REASONS_MAX] = {
#define EXIT(number, name, decode, handle) [number] = {decode_##decode, handle_##handle},
#include "vmx/exits.def"
#undef EXIT
};

static const struct exit_row *row_of(const struct exit *exit)
{
    static const struct exit_row unknown = {NULL, handle_stop};
    uint16_t basic = exit_basic(exit);
    return basic < EXIT_REASONS_MAX && rows[basic].handle ? &rows[basic] : &unknown;
}

enum exit_action exit_handle(struct vcpu *vcpu, const struct exit *exit)
{
    enum exit_action action = row_of(exit)->handle(vcpu);
    if (action == EXIT_SKIP)
        skip(exit);
    return action;
}

void exit_decode(const struct exit *exit, struct line *line)
{
    if (row_of(exit)->decode)
        row_of(exit)->decode(exit, line);
}
