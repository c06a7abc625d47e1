/* VMXON, VMXOFF, INVEPT and INVVPID. */
#include "vmx/vmxon.h"

#include "kernel/cpu.h"
#include "kernel/panic.h"
#include "lib/fmt.h"
#include "vmx/control.h"
#include "vmx/instructions.h"
#include "vmx/plan.h"

/* Invalidates cached translations, which may survive VMXOFF and VMXON (SDM Vol 3C §28.4.3.3
 * "Guidelines for Use of the INVVPID Instruction", §28.4.3.4 for INVEPT). */
static void forget_translations(const struct vmx_caps *caps)
{
    MUST(invept(INVALIDATE_ALL_CONTEXTS) == VMX_SUCCEED);
    if (caps_bits(caps, IA32_VMX_EPT_VPID_CAP_INVVPID_ALL_CONTEXT))
        MUST(invvpid(INVALIDATE_ALL_CONTEXTS) == VMX_SUCCEED);
}

bool vmx_on(struct hpa region, const struct vmx_caps *caps, struct out *why)
{
    uint64_t cr0 = read_cr0(), cr4 = read_cr4();
    *(volatile uint32_t *)region.value = (uint32_t)caps_bits(caps, IA32_VMX_BASIC_REVISION);
    write_cr0(plan_fixed_cr0(caps, cr0));
    write_cr4(plan_fixed_cr4(caps, cr4 | CR4_VMXE));
    if (vmxon(region) != VMX_SUCCEED) {
        write_cr4(cr4);
        write_cr0(cr0);
        fmt_print(why, "VMXON of 0x%llx: VMfailInvalid", (unsigned long long)region.value);
        return false;
    }
    forget_translations(caps);
    return true;
}

void vmx_off(struct hpa vmcs)
{
    MUST(vmclear(vmcs) == VMX_SUCCEED);
    MUST(vmxoff() == VMX_SUCCEED);
    write_cr4(read_cr4() & ~CR4_VMXE);
}
