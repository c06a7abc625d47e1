/* Tests the rules about guest state beyond their vectors: the bits that each rule finds, the memory
 * that it reads, and the tables of types and events. Expected bits are literals from the SDM. */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/bits.h"
#include "tests/unit/vmx/audit/base.h"
#include "vmx/audit/audit.h"
#include "vmx/override.h"

enum {
    LINK_PAGE = 0x150000,
    LINK_SHADOW_PAGE = 0x151000,
    LINK_STRANGE_PAGE = 0x152000,
    PDPTES_WRONG = 0x153020,
    PDPTES_RIGHT = 0x154000,
};

/* The only memory that can be read. */
static bool read_memory(void *context, uint64_t address, void *bytes, size_t size)
{
    static const uint32_t own = 0x2b, shadow = 0x8000002b, strange = 0x13;
    static const uint64_t wrong[4] = {0x1001, 0x2001, 0, 0x3003};
    static const uint64_t right[4] = {0x1001, 0x2e19, 0x1e6, 0x3001};
    const void *from = NULL;
    (void)context;
    if (address == LINK_PAGE)
        from = &own;
    if (address == LINK_SHADOW_PAGE)
        from = &shadow;
    if (address == LINK_STRANGE_PAGE)
        from = &strange;
    if (address == PDPTES_WRONG)
        from = wrong;
    if (address == PDPTES_RIGHT)
        from = right;
    if (!from || size > (address >= PDPTES_WRONG ? sizeof wrong : sizeof own))
        return false;
    memcpy(bytes, from, size);
    return true;
}

static struct vmcs_image image_of(const struct vmx_caps *caps, const char *overrides)
{
    static char text[256];
    struct out_buffer why;
    struct vmcs_image image = audit_base_image(caps);
    out_buffer_init(&why, text, sizeof text);
    if (!override_apply_all(text_of(overrides), &image, &why.out))
        fail_msg("%s: %s", overrides, text);
    return image;
}

static struct audit_result *audit_of(const struct vmx_caps *caps, const struct vmcs_image *image)
{
    static struct audit_result result;
    struct audit_input input = {.image = image, .caps = caps, .read = read_memory};
    audit(&input, &result);
    return &result;
}

/* Returns the bits that the rule finds at fault, or 0 if it holds. */
static uint64_t bits_found(const struct audit_result *result, enum audit_rule_id rule)
{
    for (unsigned i = 0; i < result->failed; i++) {
        if (result->finding[i].rule == rule)
            return result->finding[i].bits;
    }
    return 0;
}

static uint64_t bits_with(const char *overrides, enum audit_rule_id rule)
{
    struct vmx_caps caps = audit_base_caps();
    struct vmcs_image image = image_of(&caps, overrides);
    return bits_found(audit_of(&caps, &image), rule);
}

#define CET    "control.ENTRY.LOAD_CET_STATE=1"
#define FRED   "control.ENTRY.LOAD_FRED=1"
#define DATA   "vmcs.GUEST_FS_ACCESS_RIGHTS=0xc093 vmcs.GUEST_FS_LIMIT=0xffffffff"
#define LDT    "vmcs.GUEST_LDTR_ACCESS_RIGHTS=0x82"
#define LEGACY "control.IA_32E_MODE_GUEST=0 vmcs.GUEST_IA32_EFER=0"
#define USER   "vmcs.GUEST_CS_ACCESS_RIGHTS+=0x60 vmcs.GUEST_SS_ACCESS_RIGHTS+=0x60"
#define LINK   "vmcs.VMCS_LINK_POINTER=0x150000"

/* The bits of a field that break a rule if one of them is flipped. */
static const struct {
    enum audit_rule_id rule;
    const char *guest;
    uint64_t bits;
} masks[] = {
    {RULE_GUEST_CR0_FIXED, "", 0xffffffff00000020},
    {RULE_GUEST_CR0_RESTRICTED, "control.UNRESTRICTED_GUEST=0", 0x80000001},
    {RULE_GUEST_CR4_FIXED, "", 0xfffffffffe08a000},
    {RULE_GUEST_DEBUGCTL_RESERVED, "", 0xffffffffffff0038},
    {RULE_GUEST_CR3_WIDTH, "", 0x9fffc00000000000},
    {RULE_GUEST_CR3_LAM, "", 0x6000000000000000},
    {RULE_GUEST_DR7_HIGH, "", 0xffffffff00000000},
    {RULE_GUEST_SYSENTER_ESP, "", 0xff00000000000000},
    {RULE_GUEST_S_CET_CANONICAL, CET, 0xff00000000000000},
    {RULE_GUEST_S_CET_RESERVED, CET, 0x3c0},
    {RULE_GUEST_S_CET_SUPPRESS, CET " vmcs.GUEST_IA32_S_CET=0x400", 0x800},
    {RULE_GUEST_S_CET_SUPPRESS, CET " vmcs.GUEST_IA32_S_CET=0x800", 0x400},
    {RULE_GUEST_PERF_GLOBAL_CTRL_RESERVED, "control.ENTRY.LOAD_IA32_PERF_GLOBAL_CTRL=1",
     0xfffe000000000000},
    {RULE_GUEST_EFER_RESERVED, "", 0xfffffffffffff2fe},
    {RULE_GUEST_BNDCFGS_RESERVED, "control.ENTRY.LOAD_IA32_BNDCFGS=1", 0xffc},
    {RULE_GUEST_RTIT_CTL_RESERVED, "control.ENTRY.LOAD_IA32_RTIT_CTL=1", 0xfe7f000070840000},
    {RULE_GUEST_LBR_CTL_RESERVED, "control.LOAD_GUEST_IA32_LBR_CTL=1", 0xffffffffff80fff0},
    {RULE_GUEST_PKRS_HIGH, "control.ENTRY.LOAD_PKRS=1", 0xffffffff00000000},
    {RULE_GUEST_UINV_HIGH, "control.LOAD_UINV=1", 0xff00},
    {RULE_GUEST_FRED_CONFIG_RESERVED, FRED, 0x834},
    {RULE_GUEST_FRED_RSP1, FRED, 0xff0000000000003f},
    {RULE_GUEST_FRED_RSP2, FRED, 0xff0000000000003f},
    {RULE_GUEST_FRED_RSP3, FRED, 0xff0000000000003f},
    {RULE_GUEST_FRED_SSP1, FRED, 0xff00000000000007},
    {RULE_GUEST_FRED_SSP2, FRED, 0xff00000000000007},
    {RULE_GUEST_FRED_SSP3, FRED, 0xff00000000000007},
    {RULE_GUEST_RFLAGS_IOPL_FRED, USER " vmcs.GUEST_CR4+=0x100000000", 0x3000},
    {RULE_GUEST_TR_TI, "", 0x4},
    {RULE_GUEST_SS_RPL, "control.UNRESTRICTED_GUEST=0", 0x3},
    {RULE_GUEST_CS_BASE_HIGH, "", 0xffffffff00000000},
    {RULE_GUEST_SS_BASE_HIGH, "", 0xffffffff00000000},
    {RULE_GUEST_CS_TYPE, "", 0x1},
    {RULE_GUEST_CS_TYPE, "vmcs.GUEST_CS_ACCESS_RIGHTS=0xa09f", 0x9},
    {RULE_GUEST_SS_TYPE, "", 0xb},
    {RULE_GUEST_FS_ACCESSED, DATA, 0x1},
    {RULE_GUEST_CS_S, "", 0x10},
    {RULE_GUEST_CS_P, "", 0x80},
    {RULE_GUEST_CS_DPL_NONCONFORMING, "", 0x60},
    {RULE_GUEST_SS_DPL_RPL, "control.UNRESTRICTED_GUEST=0", 0x60},
    {RULE_GUEST_SS_DPL_DATA_CS, "vmcs.GUEST_CS_ACCESS_RIGHTS=0xa093", 0x60},
    {RULE_GUEST_CS_RESERVED_11_8, "", 0xf00},
    {RULE_GUEST_FS_RESERVED_11_8, DATA, 0xf00},
    {RULE_GUEST_FS_RESERVED_11_8, "", 0},
    {RULE_GUEST_CS_RESERVED_31_17, "", 0xfffe0000},
    {RULE_GUEST_FS_RESERVED_31_17, DATA, 0xfffe0000},
    {RULE_GUEST_TR_TYPE, LEGACY, 0x7},
    {RULE_GUEST_TR_RESERVED_11_8, "", 0xf00},
    {RULE_GUEST_TR_RESERVED_31_17, "", 0xfffe0000},
    {RULE_GUEST_LDTR_TYPE, LDT, 0xf},
    {RULE_GUEST_LDTR_RESERVED_11_8, LDT, 0xf00},
    {RULE_GUEST_LDTR_RESERVED_31_17, LDT, 0xfffe0000},
    {RULE_GUEST_GDTR_LIMIT_HIGH, "", 0xffff0000},
    {RULE_GUEST_RIP_HIGH, "vmcs.GUEST_CS_ACCESS_RIGHTS=0xc09b", 0xffffffff00000000},
    {RULE_GUEST_RIP_WIDTH, "", 0xfe00000000000000},
    {RULE_GUEST_RFLAGS_RESERVED, "", 0xffffffffffc0802a},
    {RULE_GUEST_SSP_ALIGNED, CET, 0x3},
    {RULE_GUEST_SSP_HIGH, CET " vmcs.GUEST_CS_ACCESS_RIGHTS=0xc09b", 0xffffffff00000000},
    {RULE_GUEST_SSP_WIDTH, CET, 0xfe00000000000000},
    {RULE_GUEST_ACTIVITY_SUPPORTED, "", 0xfffffffc},
    {RULE_GUEST_INTERRUPTIBILITY_RESERVED, "", 0xffffffe0},
    {RULE_GUEST_PENDING_DEBUG_RESERVED, "", 0xfffffffffffea7f0},
    {RULE_GUEST_PENDING_RTM, "vmcs.GUEST_PENDING_DEBUG_EXCEPTIONS=0x11000", 0x580f},
    {RULE_GUEST_LINK_ALIGNED, LINK, 0xfff},
    {RULE_GUEST_LINK_WIDTH, LINK, 0xffffc00000000000},
    {RULE_GUEST_PDPTE0_RESERVED, LEGACY " vmcs.GUEST_PDPTE0=0x1", 0xffffc000000001e6},
    {RULE_GUEST_PDPTE3_RESERVED, LEGACY " vmcs.GUEST_PDPTE3=0x1", 0xffffc000000001e6},
    {RULE_GUEST_PDPTE3_RESERVED, LEGACY, 0},
};

static void each_bit_breaks_what_it_should(void **state)
{
    unsigned wrong = 0;
    struct vmx_caps caps = audit_base_caps();
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(masks); i++) {
        struct vmcs_field field = field_at(audit_rules[masks[i].rule].field);
        struct vmcs_image image = image_of(&caps, masks[i].guest);
        uint64_t value = image_get(&image, field), breaks = 0;
        for (unsigned bit = 0; bit < field_bits(field); bit++) {
            image_set(&image, field, value ^ BIT(bit));
            if (bits_found(audit_of(&caps, &image), masks[i].rule))
                breaks |= BIT(bit);
        }
        if (breaks == masks[i].bits)
            continue;
        print_error("%s: broken by bits 0x%llx, not 0x%llx\n", audit_rules[masks[i].rule].id,
                    (unsigned long long)breaks, (unsigned long long)masks[i].bits);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* Tests what the vectors do not: the bits of the findings, boundary values, and each side of an
 * "or". */
static void findings_say_which_bits(void **state)
{
    (void)state;
    assert_int_equal(bits_with("vmcs.GUEST_CR0-=0x1", RULE_GUEST_CR0_PG_NEEDS_PE), 1);
    assert_int_equal(bits_with("vmcs.GUEST_CS_ACCESS_RIGHTS=0xa090", RULE_GUEST_CS_TYPE), 9);
    assert_int_equal(bits_with("vmcs.GUEST_SS_ACCESS_RIGHTS=0xc09c", RULE_GUEST_SS_TYPE), 0xb);
    assert_int_equal(bits_with("vmcs.GUEST_RFLAGS=0x8028", RULE_GUEST_RFLAGS_RESERVED), 0x802a);
    assert_int_equal(bits_with("vmcs.GUEST_INTERRUPTIBILITY_STATE=0x3 vmcs.GUEST_RFLAGS=0x202",
                               RULE_GUEST_BLOCKING_STI_AND_MOV_SS),
                     3);
    assert_int_equal(bits_with("vmcs.GUEST_INTERRUPTIBILITY_STATE=0x3 vmcs.GUEST_RFLAGS=0x202 "
                               "vmcs.VM_ENTRY_INTERRUPTION_INFORMATION_FIELD=0x80000020",
                               RULE_GUEST_BLOCKING_INTERRUPT),
                     3);
    assert_int_equal(bits_with("vmcs.GUEST_ACTIVITY_STATE=1 vmcs.GUEST_RFLAGS=0x202 "
                               "vmcs.GUEST_INTERRUPTIBILITY_STATE=0x1",
                               RULE_GUEST_ACTIVITY_BLOCKING),
                     1);
    assert_int_equal(bits_with("vmcs.GUEST_IA32_DEBUGCTL=0x2 vmcs.GUEST_RFLAGS=0x102 "
                               "vmcs.GUEST_INTERRUPTIBILITY_STATE=0x2 "
                               "vmcs.GUEST_PENDING_DEBUG_EXCEPTIONS=0x4000",
                               RULE_GUEST_PENDING_BS_0),
                     0x4000);
    assert_int_equal(bits_with("vmcs.GUEST_RFLAGS=0x302 vmcs.GUEST_INTERRUPTIBILITY_STATE=0x1",
                               RULE_GUEST_PENDING_BS_1),
                     0x4000);
    assert_int_equal(
        bits_with("vmcs.GUEST_RFLAGS=0x102 vmcs.GUEST_ACTIVITY_STATE=1", RULE_GUEST_PENDING_BS_1),
        0x4000);
    assert_int_equal(bits_with("vmcs.GUEST_RFLAGS=0x102", RULE_GUEST_PENDING_BS_1), 0);
    assert_int_equal(bits_with(USER " vmcs.GUEST_ACTIVITY_STATE=1", RULE_GUEST_ACTIVITY_HLT_CPL),
                     1);
}

/* Bit n of `allowed`: an event of type n (bits 10:8) with this vector may be injected. */
static void check_events(const char *activity, enum audit_rule_id rule, unsigned vector,
                         uint64_t allowed)
{
    struct vmx_caps caps = audit_base_caps();
    struct vmcs_image image = image_of(&caps, activity);
    for (unsigned type = 0; type < 8; type++) {
        image_set(&image, VM_ENTRY_INTERRUPTION_INFORMATION_FIELD, BIT(31) | type << 8 | vector);
        uint64_t bits = allowed & BIT(type) ? 0 : image_get(&image, GUEST_ACTIVITY_STATE);
        if (bits_found(audit_of(&caps, &image), rule) != bits)
            fail_msg("%s, type %u, vector %u", activity, type, vector);
    }
}

static void inactive_guests_get_some_events(void **state)
{
    (void)state;
    check_events("vmcs.GUEST_ACTIVITY_STATE=0", RULE_GUEST_ACTIVITY_HLT_EVENT, 6, 0xff);
    check_events("vmcs.GUEST_ACTIVITY_STATE=1", RULE_GUEST_ACTIVITY_HLT_EVENT, 0, 0x85);
    check_events("vmcs.GUEST_ACTIVITY_STATE=1", RULE_GUEST_ACTIVITY_HLT_EVENT, 1, 0x0d);
    check_events("vmcs.GUEST_ACTIVITY_STATE=1", RULE_GUEST_ACTIVITY_HLT_EVENT, 18, 0x0d);
    check_events("vmcs.GUEST_ACTIVITY_STATE=1", RULE_GUEST_ACTIVITY_HLT_EVENT, 17, 0x05);
    check_events("vmcs.GUEST_ACTIVITY_STATE=2", RULE_GUEST_ACTIVITY_SHUTDOWN_EVENT, 1, 0x04);
    check_events("vmcs.GUEST_ACTIVITY_STATE=2", RULE_GUEST_ACTIVITY_SHUTDOWN_EVENT, 18, 0x0c);
    check_events("vmcs.GUEST_ACTIVITY_STATE=3", RULE_GUEST_ACTIVITY_SIPI_EVENT, 18, 0);
}

static void activity_states_are_those_of_the_processor(void **state)
{
    (void)state;
    for (unsigned activity = 0; activity < 5; activity++) {
        for (unsigned supported = 0; supported < 8; supported++) {
            struct vmx_caps caps = audit_base_caps();
            struct vmcs_image image = image_of(&caps, "");
            caps.value[IA32_VMX_MISC] &= ~BITS(8, 6);
            caps.value[IA32_VMX_MISC] |= (uint64_t)supported << 6;
            image_set(&image, GUEST_ACTIVITY_STATE, activity);
            bool fine = (supported << 1 | 1) & 1u << activity;
            assert_int_equal(bits_found(audit_of(&caps, &image), RULE_GUEST_ACTIVITY_SUPPORTED),
                             fine ? 0 : activity);
        }
    }
}

static void segment_types(void **state)
{
    static const uint16_t data[6] = {
        FIELD_GUEST_CS_ACCESS_RIGHTS, FIELD_GUEST_SS_ACCESS_RIGHTS, FIELD_GUEST_DS_ACCESS_RIGHTS,
        FIELD_GUEST_ES_ACCESS_RIGHTS, FIELD_GUEST_FS_ACCESS_RIGHTS, FIELD_GUEST_GS_ACCESS_RIGHTS,
    };
    /* bit n: type n enters */
    static const uint16_t unrestricted[6] = {0xaa08, 0x0088, 0x88aa, 0x88aa, 0x88aa, 0x88aa};
    static const uint16_t restricted[6] = {0xaa00, 0x0088, 0x88aa, 0x88aa, 0x88aa, 0x88aa};
    struct vmx_caps caps = audit_base_caps();
    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        for (unsigned type = 0; type < 16; type++) {
            struct vmcs_image image = image_of(&caps, "");
            image_set(&image, GUEST_FS_LIMIT, 0xffffffff);
            image_set(&image, GUEST_GS_LIMIT, 0xffffffff);
            image_set(&image, field_at(data[i]), (i == 0 ? 0xa090 : 0xc090) | type);
            assert_int_equal(audit_of(&caps, &image)->failed == 0, unrestricted[i] >> type & 1);
            image_set(&image, SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS,
                      image_get(&image, SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS) & ~BIT(7));
            assert_int_equal(audit_of(&caps, &image)->failed == 0, restricted[i] >> type & 1);
        }
    }
}

static void privilege_levels_of_code(void **state)
{
    struct vmx_caps caps = audit_base_caps();
    (void)state;
    for (unsigned cs = 0; cs < 4; cs++) {
        for (unsigned ss = 0; ss < 4; ss++) {
            struct vmcs_image image = image_of(&caps, "");
            image_set(&image, GUEST_SS_ACCESS_RIGHTS, 0xc093 | ss << 5);
            image_set(&image, GUEST_CS_ACCESS_RIGHTS, 0xa09b | cs << 5);
            assert_int_equal(bits_found(audit_of(&caps, &image), RULE_GUEST_CS_DPL_NONCONFORMING),
                             (cs ^ ss) << 5);
            image_set(&image, GUEST_CS_ACCESS_RIGHTS, 0xa09f | cs << 5);
            assert_int_equal(bits_found(audit_of(&caps, &image), RULE_GUEST_CS_DPL_CONFORMING),
                             cs > ss ? cs << 5 : 0);
        }
    }
}

static void granularity_follows_the_limit(void **state)
{
    struct vmx_caps caps = audit_base_caps();
    struct vmcs_image image = image_of(&caps, "");
    (void)state;
    for (unsigned bit = 0; bit < 32; bit++) {
        image_set(&image, GUEST_DS_ACCESS_RIGHTS, 0xc093);
        image_set(&image, GUEST_DS_LIMIT, 0xffffffff & ~BIT(bit));
        assert_int_equal(bits_found(audit_of(&caps, &image), RULE_GUEST_DS_G_0),
                         bit < 12 ? 0x8000 : 0);
        image_set(&image, GUEST_DS_ACCESS_RIGHTS, 0x4093);
        image_set(&image, GUEST_DS_LIMIT, BIT(bit));
        assert_int_equal(bits_found(audit_of(&caps, &image), RULE_GUEST_DS_G_1),
                         bit >= 20 ? 0x8000 : 0);
    }
}

static void linear_address_masking(void **state)
{
    struct vmx_caps caps = audit_base_caps();
    struct vmcs_image image = image_of(&caps, "vmcs.GUEST_CR3+=0x6000000000000000");
    (void)state;
    assert_int_equal(audit_of(&caps, &image)->failed, 1);
    caps.value[IA32_VMX_CR4_FIXED1] |= BIT(28);
    assert_int_equal(audit_of(&caps, &image)->failed, 0);
}

static void addresses_above_the_width_may_be_all_ones(void **state)
{
    (void)state;
    assert_int_equal(bits_with("vmcs.GUEST_RIP=0xfe00000000000000", RULE_GUEST_RIP_WIDTH), 0);
    assert_int_equal(bits_with("vmcs.GUEST_RIP=0xfc00000000000000", RULE_GUEST_RIP_WIDTH), BIT(57));
    assert_int_equal(bits_with(CET " vmcs.GUEST_SSP=0xfe00000000000000", RULE_GUEST_SSP_WIDTH), 0);
    assert_int_equal(
        bits_with("vmcs.GUEST_TR_BASE=0xfe00000000000000", RULE_GUEST_TR_BASE_CANONICAL),
        BITS(63, 57));
}

static void linked_vmcs(void **state)
{
    struct vmx_caps caps = audit_base_caps();
    (void)state;
    for (unsigned shadowing = 0; shadowing < 2; shadowing++) {
        struct vmcs_image image =
            image_of(&caps, shadowing ? "control.VMCS_SHADOWING=1" : "control.VMCS_SHADOWING=0");
        image_set(&image, VMCS_LINK_POINTER, LINK_PAGE);
        assert_int_equal(audit_of(&caps, &image)->failed, shadowing);
        assert_int_equal(bits_found(audit_of(&caps, &image), RULE_GUEST_LINK_SHADOW),
                         shadowing ? BIT(31) : 0);
        image_set(&image, VMCS_LINK_POINTER, LINK_SHADOW_PAGE);
        assert_int_equal(bits_found(audit_of(&caps, &image), RULE_GUEST_LINK_SHADOW),
                         shadowing ? 0 : BIT(31));
        assert_int_equal(bits_found(audit_of(&caps, &image), RULE_GUEST_LINK_REVISION), 0);
        image_set(&image, VMCS_LINK_POINTER, LINK_STRANGE_PAGE);
        assert_int_equal(bits_found(audit_of(&caps, &image), RULE_GUEST_LINK_REVISION),
                         0x2b ^ 0x13);
        caps.value[IA32_VMX_BASIC] ^= BIT(30) | (0x2b ^ 0x13);
        assert_int_equal(bits_found(audit_of(&caps, &image), RULE_GUEST_LINK_REVISION), BIT(30));
        caps.value[IA32_VMX_BASIC] ^= BIT(30) | (0x2b ^ 0x13);
        image_set(&image, VMCS_LINK_POINTER, LINK_STRANGE_PAGE + 1);
        assert_int_equal(bits_found(audit_of(&caps, &image), RULE_GUEST_LINK_REVISION), 0);
        image_set(&image, VMCS_LINK_POINTER, UINT64_MAX);
        assert_int_equal(audit_of(&caps, &image)->failed, 0);
    }
}

static void pdptes_in_memory(void **state)
{
    static const char *const elsewhere[] = {
        "", LEGACY,
        LEGACY " vmcs.GUEST_CR4-=0x20 control.UNRESTRICTED_GUEST=0 control.ENABLE_EPT=0",
        "control.UNRESTRICTED_GUEST=0 control.ENABLE_EPT=0"};
    struct vmx_caps caps = audit_base_caps();
    struct vmcs_image image =
        image_of(&caps, LEGACY " control.UNRESTRICTED_GUEST=0 control.ENABLE_EPT=0");
    (void)state;
    image_set(&image, GUEST_CR3, PDPTES_RIGHT);
    assert_int_equal(audit_of(&caps, &image)->failed, 0);
    image_set(&image, GUEST_CR3, PDPTES_WRONG | 0x1f); /* bits 4:0 do not belong to the address */
    assert_int_equal(bits_found(audit_of(&caps, &image), RULE_GUEST_PDPTES_IN_MEMORY), 2);
    image_set(&image, GUEST_PDPTE0, 0x3); /* not checked */
    assert_int_equal(audit_of(&caps, &image)->failed, 1);
    for (unsigned i = 0; i < ARRAY_COUNT(elsewhere); i++) {
        image = image_of(&caps, elsewhere[i]);
        image_set(&image, GUEST_CR3, PDPTES_WRONG);
        assert_int_equal(audit_of(&caps, &image)->failed, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_bit_breaks_what_it_should),
        cmocka_unit_test(findings_say_which_bits),
        cmocka_unit_test(inactive_guests_get_some_events),
        cmocka_unit_test(activity_states_are_those_of_the_processor),
        cmocka_unit_test(segment_types),
        cmocka_unit_test(privilege_levels_of_code),
        cmocka_unit_test(granularity_follows_the_limit),
        cmocka_unit_test(linear_address_masking),
        cmocka_unit_test(addresses_above_the_width_may_be_all_ones),
        cmocka_unit_test(linked_vmcs),
        cmocka_unit_test(pdptes_in_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
