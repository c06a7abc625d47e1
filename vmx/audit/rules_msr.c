/* Entries of MSR areas. */
#include "vmx/audit/rules_msr.h"

#include "lib/x86.h"

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

/* What WRMSR takes as the value of an MSR, where every processor asks the same. */
enum value_kind {
    VALUE_READ_ONLY,
    VALUE_CANONICAL,
    VALUE_32_BITS,
    VALUE_PAT,
    VALUE_EFER,
};

/* SDM Vol 4, Table 2-2. */
static const struct {
    uint32_t first, last;
    enum value_kind kind;
} values[] = {
    {0x00000175, 0x00000176, VALUE_CANONICAL}, /* IA32_SYSENTER_ESP, IA32_SYSENTER_EIP */
    {0x00000277, 0x00000277, VALUE_PAT},
    {0x00000480, 0x00000493, VALUE_READ_ONLY}, /* capabilities of VMX */
    {0x000006e1, 0x000006e1, VALUE_32_BITS},   /* IA32_PKRS */
    {0xc0000080, 0xc0000080, VALUE_EFER},
    {0xc0000082, 0xc0000083, VALUE_CANONICAL}, /* IA32_LSTAR, IA32_CSTAR */
    {0xc0000102, 0xc0000102, VALUE_CANONICAL}, /* IA32_KERNEL_GS_BASE */
    {0xc0000103, 0xc0000103, VALUE_32_BITS},   /* IA32_TSC_AUX */
};

/* Whether the processor that is being entered, or returned to, cannot take the value. LME does not
 * change while paging is on (SDM Vol 3A §4.1.2). */
static bool impossible(struct audit *a, enum value_kind kind, uint64_t value, bool paging,
                       bool ia_32e)
{
    switch (kind) {
    case VALUE_READ_ONLY:
        return true;
    case VALUE_CANONICAL:
        return audit_not_canonical(a, value);
    case VALUE_32_BITS:
        return value >> 32;
    case VALUE_PAT:
        return audit_not_pat(value);
    case VALUE_EFER:
        break;
    }
    return (value & EFER_RESERVED) || (paging && ia_32e != !!(value & EFER_LME));
}

static bool refused(struct audit *a, const uint64_t entry[2], const struct vmcs_field count)
{
    bool exit = count.index == FIELD_VM_EXIT_MSR_LOAD_COUNT;
    bool paging = exit || (V(GUEST_CR0) & CR0_PG);
    bool ia_32e = exit ? ON(EXIT_HOST_ADDRESS_SPACE_SIZE) : ON(ENTRY_IA_32E_MODE_GUEST);
    for (unsigned i = 0; i < ARRAY_COUNT(values); i++) {
        if (entry[0] >= values[i].first && entry[0] <= values[i].last)
            return impossible(a, values[i].kind, entry[1], paging, ia_32e);
    }
    return false;
}

uint64_t audit_msr_entry(struct audit *a, struct vmcs_field address, struct vmcs_field count,
                         enum audit_msr_use use)
{
    uint64_t entries = V(count);
    for (uint64_t i = 0; i < entries && i < ENTRIES_MAX; i++) {
        uint64_t entry[2]; /* the MSR's number, of which bits 63:32 are reserved; its value */
        if (!audit_read(a, V(address) + i * ENTRY_SIZE, entry, sizeof entry))
            return 0;
        if (entry[0] >> 32 != 0 || forbidden((uint32_t)entry[0], use) ||
            (use == AUDIT_MSR_LOAD && refused(a, entry, count)))
            return i + 1;
    }
    return 0;
}
