/* The checks before VMXON. */
#include "vmx/support.h"

#include "ept/ept.h"
#include "lib/bits.h"
#include "lib/fmt.h"
#include "lib/string.h"
#include "lib/x86.h"
#include "vmx/control.h"

/* Returns true for vendors of processors with VMX: Intel, and by licence VIA and Zhaoxin. */
static bool vendor_has_vmx(const char *vendor)
{
    static const char *const vendors[] = {"GenuineIntel", "CentaurHauls", "  Shanghai  "};
    for (unsigned i = 0; i < ARRAY_COUNT(vendors); i++) {
        if (strcmp(vendor, vendors[i]) == 0)
            return true;
    }
    return false;
}

bool support_vmx(const struct cpu_facts *facts, struct out *why)
{
    if (!vendor_has_vmx(facts->vendor)) {
        fmt_print(why,
                  "needs an Intel processor with VMX, found vendor %s (AMD's SVM is another "
                  "interface); boot on an Intel machine",
                  facts->vendor);
        return false;
    }
    if (!facts->vmx && facts->hypervisor[0] != '\0') {
        fmt_print(why,
                  "needs VMX (CPUID 1 ECX bit 5), found a virtual %s processor without it under "
                  "the hypervisor %s; start it with nested VMX, as qemu-system-x86_64 -enable-kvm "
                  "-cpu host does where kvm_intel has nested=1",
                  facts->vendor, facts->hypervisor);
        return false;
    }
    if (!facts->vmx) {
        fmt_print(why,
                  "needs VMX (CPUID 1 ECX bit 5), found a %s processor of family %u model 0x%x "
                  "without it; enable VT-x in the firmware's settings or use a processor that has "
                  "it",
                  facts->vendor, facts->family, facts->model);
        return false;
    }
    return true;
}

bool support_feature_control(uint64_t value, uint64_t *wanted, struct out *why)
{
    *wanted = value & FEATURE_CONTROL_LOCK
                  ? value
                  : value | FEATURE_CONTROL_LOCK | FEATURE_CONTROL_VMX_OUTSIDE_SMX;
    if (!(*wanted & FEATURE_CONTROL_VMX_OUTSIDE_SMX)) {
        fmt_print(why,
                  "needs VMX outside SMX (IA32_FEATURE_CONTROL bit 2), found 0x%llx: the firmware "
                  "locked it off; enable VT-x (Intel Virtualization Technology) in its settings "
                  "and switch the power off and on",
                  (unsigned long long)value);
        return false;
    }
    return true;
}

bool support_basic(const struct vmx_caps *caps, struct out *why)
{
    unsigned size = (unsigned)caps_bits(caps, IA32_VMX_BASIC_REGION_SIZE);
    unsigned type = (unsigned)caps_bits(caps, IA32_VMX_BASIC_MEMORY_TYPE);
    if (size == 0 || size > 4096) {
        fmt_print(why,
                  "needs a VMCS region of 1 to 4096 bytes (IA32_VMX_BASIC bits 44:32), found "
                  "%u; please report this processor",
                  size);
        return false;
    }
    if (type != MEMORY_WB) {
        fmt_print(why,
                  "needs the VMCS in write-back memory (IA32_VMX_BASIC bits 53:50 = 6), found "
                  "type %u; please report this processor",
                  type);
        return false;
    }
    return true;
}

bool support_ept(const struct vmx_caps *caps, struct out *why)
{
    if (!control_supported(caps, SECONDARY_ENABLE_EPT)) {
        fmt_print(why, "needs EPT (control ENABLE_EPT, IA32_VMX_PROCBASED_CTLS2 bit 33), found VMX "
                       "without it; use a processor of the Nehalem generation (2008) or later");
        return false;
    }
    if (!caps_bits(caps, IA32_VMX_EPT_VPID_CAP_WALK_LENGTH_4)) {
        fmt_print(why, "needs EPT with a page walk of 4 levels (IA32_VMX_EPT_VPID_CAP bit 6), "
                       "found none; please report this processor");
        return false;
    }
    if (!caps_bits(caps, IA32_VMX_EPT_VPID_CAP_WB) && !caps_bits(caps, IA32_VMX_EPT_VPID_CAP_UC)) {
        fmt_print(why, "needs EPT tables in write-back or uncacheable memory "
                       "(IA32_VMX_EPT_VPID_CAP bits 14 and 8), found neither; please report this "
                       "processor");
        return false;
    }
    if (!caps_bits(caps, IA32_VMX_EPT_VPID_CAP_INVEPT) ||
        !caps_bits(caps, IA32_VMX_EPT_VPID_CAP_INVEPT_ALL_CONTEXT)) {
        fmt_print(why, "needs INVEPT of all contexts (IA32_VMX_EPT_VPID_CAP bits 20 and 26), found "
                       "none; please report this processor");
        return false;
    }
    if (control_supported(caps, SECONDARY_ENABLE_VPID) &&
        (!caps_bits(caps, IA32_VMX_EPT_VPID_CAP_INVVPID) ||
         !caps_bits(caps, IA32_VMX_EPT_VPID_CAP_INVVPID_ALL_CONTEXT))) {
        fmt_print(why, "needs INVVPID of all contexts beside VPID (IA32_VMX_EPT_VPID_CAP bits 32 "
                       "and 42), found none; please report this processor");
        return false;
    }
    return true;
}
