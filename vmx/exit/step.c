/* Setting and clearing the monitor trap flag. */
#include "vmx/exit/step.h"

#include "lib/bits.h"
#include "lib/fmt.h"
#include "vmx/exit/guest.h"
#include "vmx/exit/handle.h"
#include "vmx/exit/inject.h"
#include "vmx/vmcs.h"

bool step_plan(const struct vmx_caps *caps, struct control_words *words, struct out *why)
{
    const struct control_info *info = &control_table[PRIMARY_MONITOR_TRAP_FLAG];
    if (!control_supported(caps, PRIMARY_MONITOR_TRAP_FLAG)) {
        fmt_print(why, "step= needs control MONITOR_TRAP_FLAG, which this processor does not "
                       "allow; remove step=, or use another processor");
        return false;
    }
    words->value[info->word] |= BIT(info->bit);
    return true;
}

/* Ends stepping after as many steps as step= asks for. If the user set the control without step=,
 * the guest steps to its end. */
enum exit_action handle_monitor_trap_flag(struct vcpu *vcpu)
{
    vcpu->steps++;
    if (vcpu->steps == vcpu->steps_max)
        guest_control_set(vcpu, PRIMARY_MONITOR_TRAP_FLAG, false);
    return inject_interrupted(vcpu);
}
