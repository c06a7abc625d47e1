/* Taking the state of the machine before VMXON, and comparing it after VMXOFF. */
#include "vmx/run/operation.h"

#include "kernel/host_memory.h"
#include "kernel/pic.h"
#include "kernel/snapshot.h"
#include "lib/address.h"
#include "lib/fmt.h"
#include "vmx/vmxon.h"

enum result_code operation_run(struct vcpu *vcpu, struct run *run, const struct range_set *watched,
                               operation_body *body, struct out *why)
{
    struct snapshot before;
    enum result_code code = RESULT_ENTRY;
    const uint64_t sum = watched ? host_memory_sum(watched) : 0;
    snapshot_take(&before);
    if (vmx_on(hpa_of(vcpu->vmxon_region), &vcpu->caps, why)) {
        code = body(vcpu, run, why);
        vmx_off(hpa_of(vcpu->vmcs_region));
    }
    if (vcpu->has_devices) /* the guest may have had the interrupt controller */
        pic_mask();
    unsigned changed = snapshot_restore(&before);
    if (watched && !host_memory_compare(watched, sum))
        changed++;
    if (changed != 0 && code == RESULT_PASS) {
        fmt_print(why,
                  ", but %u items differ from their values before VMXON; please report this log",
                  changed);
        code = RESULT_PANIC;
    }
    return code;
}
