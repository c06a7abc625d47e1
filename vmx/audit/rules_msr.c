/* Checks the entries of MSR areas. */
#include "vmx/audit/rules_msr.h"

#include "lib/msr.h"
#include "lib/x86.h"

enum {
    ENTRY_SIZE = 16,
    ENTRIES_MAX = 512, /* the most that every processor supports (SDM Vol 3D §A.6) */
};

/* Returns true if an area for this use must not hold the MSR: SDM Vol 3C §26.4 and §27.6 for
 * loading, §27.4 for storing. */
static bool forbidden(uint32_t msr, enum audit_msr_use use)
{
    if (msr >> 8 == 0x8) /* APIC registers in x2APIC mode */
        return true;
    if (use == AUDIT_MSR_STORE)
        return msr == IA32_SMBASE;
    return msr == IA32_FS_BASE || msr == IA32_GS_BASE || msr == IA32_SMM_MONITOR_CTL;
}

/* The values that WRMSR accepts for an MSR. Only MSRs whose check is the same on every processor
 * are listed. */
enum value_kind {
    VALUE_READ_ONLY,
    VALUE_CANONICAL,
    VALUE_32_BITS,
    VALUE_PAT,
    VALUE_EFER,
};

/* The numbers of the capability MSRs of VMX. */
enum {
#define CAPABILITY(number, name, gate) NUMBER_OF_##name = (number),
#include "vmx/capability_msrs.def"
#undef CAPABILITY
};

/* SDM Vol 4, Table 2-2. */
static const struct {
    uint32_t first, last;
    enum value_kind kind;
} values[] = {
    {IA32_SYSENTER_ESP, IA32_SYSENTER_EIP, VALUE_CANONICAL},
    {IA32_PAT, IA32_PAT, VALUE_PAT},
    {NUMBER_OF_IA32_VMX_BASIC, NUMBER_OF_IA32_VMX_EXIT_CTLS2, VALUE_READ_ONLY},
    {IA32_PKRS, IA32_PKRS, VALUE_32_BITS},
    {IA32_EFER, IA32_EFER, VALUE_EFER},
    {IA32_LSTAR, IA32_CSTAR, VALUE_CANONICAL},
    {IA32_KERNEL_GS_BASE, IA32_KERNEL_GS_BASE, VALUE_CANONICAL},
    {IA32_TSC_AUX, IA32_TSC_AUX, VALUE_32_BITS},
};

/* Returns true if WRMSR of the value faults. `paging` and `ia_32e` describe the processor when it
 * loads the MSR: LME must not change while paging is on (SDM Vol 3A §4.1.2). */
static bool value_faults(struct audit *a, enum value_kind kind, uint64_t value, bool paging,
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

/* Returns true if loading the entry faults. `count` names the area: VM entry or VM exit. */
static bool load_faults(struct audit *a, const uint64_t entry[2], const struct vmcs_field count)
{
    bool exit = count.index == FIELD_VM_EXIT_MSR_LOAD_COUNT;
    bool paging = exit || (V(GUEST_CR0) & CR0_PG);
    bool ia_32e = exit ? ON(EXIT_HOST_ADDRESS_SPACE_SIZE) : ON(ENTRY_IA_32E_MODE_GUEST);
    for (unsigned i = 0; i < ARRAY_COUNT(values); i++) {
        if (entry[0] >= values[i].first && entry[0] <= values[i].last)
            return value_faults(a, values[i].kind, entry[1], paging, ia_32e);
    }
    return false;
}

uint64_t audit_msr_entry(struct audit *a, struct vmcs_field address, struct vmcs_field count,
                         enum audit_msr_use use)
{
    uint64_t entries = V(count);
    for (uint64_t i = 0; i < entries && i < ENTRIES_MAX; i++) {
        uint64_t entry[2]; /* the number of the MSR (bits 63:32 are reserved), and its value */
        if (!audit_read(a, V(address) + i * ENTRY_SIZE, entry, sizeof entry))
            return 0;
        if (entry[0] >> 32 != 0 || forbidden((uint32_t)entry[0], use) ||
            (use == AUDIT_MSR_LOAD && load_faults(a, entry, count)))
            return i + 1;
    }
    return 0;
}
