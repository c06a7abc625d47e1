/* VM entry, and the table of handlers, made from vmx/exits.def. */
#include "vmx/exit/exit.h"

#include "vmx/entry.h"
#include "vmx/exit/handle.h"
#include "vmx/exit/skip.h"
#include "vmx/vmcs.h"

static enum enter_by enter_by(const struct vcpu *vcpu)
{
    if (vcpu->launched)
        return ENTER_BY_VMRESUME;
    return vcpu->image.after_mov_ss ? ENTER_BY_VMLAUNCH_AFTER_MOV_SS : ENTER_BY_VMLAUNCH;
}

struct entry_answer exit_enter(struct vcpu *vcpu)
{
    uint32_t reason;
    switch (vmx_enter(&vcpu->context, enter_by(vcpu))) {
    case ENTER_FAIL_INVALID:
        return (struct entry_answer){ENTRY_FAIL_INVALID, 0, 0};
    case ENTER_FAIL_VALID:
        return (struct entry_answer){ENTRY_FAIL_VALID, (uint32_t)vmcs_read(VM_INSTRUCTION_ERROR),
                                     0};
    case ENTER_EXITED:
        break;
    }
    reason = (uint32_t)vcpu->context.reason;
    if (reason & EXIT_REASON_ENTRY_FAILURE) {
        return (struct entry_answer){ENTRY_FAILURE_EXIT, reason & EXIT_REASON_BASIC,
                                     vmcs_read(EXIT_QUALIFICATION)};
    }
    vcpu->launched = true;
    return (struct entry_answer){ENTRY_ENTERED, 0, 0};
}

static enum exit_action handle_stop(struct vcpu *vcpu)
{
    (void)vcpu;
    return EXIT_STOP;
}

static enum exit_action (*const handlers[EXIT_REASONS_MAX])(struct vcpu *vcpu) = {
#define EXIT(number, name, carries, handle) [number] = handle_##handle,
#include "vmx/exits.def"
#undef EXIT
};

enum exit_action exit_handle(struct vcpu *vcpu)
{
    struct skipped skipped;
    const uint32_t basic = (uint32_t)(vcpu->context.reason & EXIT_REASON_BASIC);
    const bool known = basic < EXIT_REASONS_MAX && handlers[basic];
    const enum exit_action action = known ? handlers[basic](vcpu) : handle_stop(vcpu);
    if (action == EXIT_SKIP && !skip_simple_instruction(&skipped))
        skip_instruction();
    if (action == EXIT_REPEAT)
        skip_iteration();
    return action;
}
