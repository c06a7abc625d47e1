/* Entries of MSR areas. */
#include "vmx/rules_msr.h"

enum {
    ENTRY_SIZE = 16,
    ENTRIES_MAX = 512, /* as many as every processor is good for (SDM Vol 3D §A.6) */
};

#define IA32_SMM_MONITOR_CTL UINT32_C(0x0000009b)
#define IA32_SMBASE          UINT32_C(0x0000009e)
#define IA32_FS_BASE         UINT32_C(0xc0000100)
#define IA32_GS_BASE         UINT32_C(0xc0000101)

/* SDM Vol 3C §26.4, §27.6 for loading, §27.4 for storing: the rules that name MSRs. */
static bool forbidden(uint32_t msr, enum audit_msr_use use)
{
    if (msr >> 8 == 0x8) /* registers of the APIC in x2APIC mode */
        return true;
    if (use == AUDIT_MSR_STORE)
        return msr == IA32_SMBASE;
    return msr == IA32_FS_BASE || msr == IA32_GS_BASE || msr == IA32_SMM_MONITOR_CTL;
}

uint64_t audit_msr_entry(struct audit *a, struct vmcs_field address, struct vmcs_field count,
                         enum audit_msr_use use)
{
    uint64_t entries = V(count);
    for (uint64_t i = 0; i < entries && i < ENTRIES_MAX; i++) {
        uint64_t index; /* bits 63:32 are reserved; the data follows */
        if (!audit_read(a, V(address) + i * ENTRY_SIZE, &index, sizeof index))
            return 0;
        if (index >> 32 != 0 || forbidden((uint32_t)index, use))
            return i + 1;
    }
    return 0;
}
