/* Tests the rules about controls and host state beyond their vectors: the bits that each rule
 * finds, and the tables of events. The expected bits are literals from the SDM. */
#include "tests/unit/unit.h"

#include "lib/bits.h"
#include "tests/unit/vmx/audit/base.h"
#include "vmx/audit/audit.h"
#include "vmx/override.h"

static struct vmx_caps caps;
static struct vmcs_image image;
static struct audit_result result;

static int set_up(void **state)
{
    (void)state;
    caps = audit_base_caps();
    image = audit_base_image(&caps);
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        image.known[i] = field_type(field_at(i)) != FIELD_READ_ONLY;
    return 0;
}

static void apply(const char *overrides)
{
    char text[256];
    struct out_buffer why;
    out_buffer_init(&why, text, sizeof text);
    if (!override_apply_all(text_of(overrides), &image, &why.out))
        fail_msg("%s: %s", overrides, text);
}

/* Returns the bits that the rule finds at fault, or 0 if it holds. */
static uint64_t bits_found(enum audit_rule_id rule)
{
    struct audit_input input = {.image = &image, .caps = &caps};
    audit(&input, &result);
    for (unsigned i = 0; i < result.failed; i++) {
        if (result.finding[i].rule == rule)
            return result.finding[i].bits;
    }
    return 0;
}

#define TPR    "control.USE_TPR_SHADOW=1 "
#define POSTED "control.PROCESS_POSTED_INTERRUPTS=1 "
#define THIRD  "control.ACTIVATE_TERTIARY_CONTROLS=1 "
#define CET    "control.EXIT.LOAD_CET_STATE=1 "
#define SECOND "control.EXIT.ACTIVATE_SECONDARY_CONTROLS=1 "
#define FRED   SECOND "control.EXIT2.LOAD_FRED=1 "
#define INJECT "vmcs.VM_ENTRY_INTERRUPTION_INFORMATION_FIELD="
#define HLAT   "vmcs.HYPERVISOR_MANAGED_LINEAR_ADDRESS_TRANSLATION_POINTER="

/* The bits of a field that break a rule if one of them is flipped. The finding has only that bit.
 */
static const struct {
    enum audit_rule_id rule;
    const char *setup;
    uint64_t bits;
} masks[] = {
    {RULE_PIN_RESERVED, "", 0xffffff16},
    {RULE_PRIMARY_RESERVED, "", 0x04046173},
    {RULE_SECONDARY_RESERVED, "", 0x20000000},
    {RULE_TERTIARY_RESERVED, THIRD, 0xffffffffffffec00},
    {RULE_IO_BITMAP_A_ADDRESS, "", 0xffffc00000000fff},
    {RULE_IO_BITMAP_B_ADDRESS, "", 0xffffc00000000fff},
    {RULE_MSR_BITMAPS_ADDRESS, "", 0xffffc00000000fff},
    {RULE_VIRTUAL_APIC_PAGE_ADDRESS, TPR, 0xffffc00000000fff},
    {RULE_TPR_THRESHOLD_RESERVED, TPR, 0xfffffff0},
    {RULE_TPR_THRESHOLD_RESERVED, "", 0},
    {RULE_POSTED_INTERRUPT_VECTOR, POSTED, 0xff00},
    {RULE_POSTED_INTERRUPT_ADDRESS, POSTED, 0xffffc0000000003f},
    {RULE_PID_TABLE_ADDRESS, THIRD "control.IPI_VIRTUALIZATION=1", 0xffffc00000000007},
    {RULE_EPT_SHADOW_STACK, "", 0x80},
    {RULE_EPT_POINTER_RESERVED, "", 0xffffc00000000f00},
    {RULE_VM_FUNCTIONS_RESERVED, "control.ENABLE_VM_FUNCTIONS=1", 0xfffffffffffffffe},
    {RULE_EPTP_LIST_PAGE_ADDRESS, "control.ENABLE_VM_FUNCTIONS=1 vmcs.VM_FUNCTION_CONTROLS=1",
     0xffffc00000000fff},
    {RULE_HLAT_POINTER_RESERVED, THIRD "control.ENABLE_HLAT=1", 0xffffc00000000fe7},
    {RULE_APIC_TIMER_VECTOR, THIRD "control.APIC_TIMER_VIRTUALIZATION=1", 0xff00},
    {RULE_EXIT_RESERVED, "", 0x00036dfb & ~0x1204u},
    {RULE_EXIT2_RESERVED, SECOND, 0xfffffffffffffff0},
    {RULE_EXIT_MSR_STORE_ADDRESS, "vmcs.VM_EXIT_MSR_STORE_COUNT=1", 0xffffc0000000000f},
    {RULE_EXIT_MSR_LOAD_ADDRESS, "vmcs.VM_EXIT_MSR_LOAD_COUNT=1", 0xffffc0000000000f},
    {RULE_ENTRY_MSR_LOAD_ADDRESS, "vmcs.VM_ENTRY_MSR_LOAD_COUNT=1", 0xffffc0000000000f},
    {RULE_ENTRY_MSR_LOAD_ADDRESS, "", 0},
    {RULE_ENTRY_RESERVED, "", 0xfc0011fb},
    {RULE_INJECTION_OF_EXCEPTION_VECTOR, INJECT "0x8000030d", 0xe0},
    {RULE_INJECTION_CODE_NOT_EXCEPTION, INJECT "0x80000202", 0x800},
    {RULE_INJECTION_NESTED, INJECT "0x8000030d", 0x2000},
    {RULE_INJECTION_RESERVED, INJECT "0x8000030d", 0x7fffd000},
    {RULE_INJECTION_CODE_RESERVED, INJECT "0x80000b0d", 0xffff0000},
    {RULE_INJECTION_CODE_RESERVED, INJECT "0x8000030d", 0},
    {RULE_INJECTION_CODE_RESERVED, INJECT "0xb0d", 0},
    {RULE_HOST_CR0_FIXED, "", 0xffffffff80000021},
    {RULE_HOST_CR4_FIXED, "", 0xfffffffffe08a000},
    {RULE_HOST_CR3_RESERVED, "", 0xffffc00000000000},
    {RULE_HOST_SYSENTER_ESP_CANONICAL, "", 0xff00000000000000},
    {RULE_HOST_PERF_GLOBAL_CTRL_RESERVED, "control.EXIT.LOAD_IA32_PERF_GLOBAL_CTRL=1",
     0xfffe000000000000},
    {RULE_HOST_EFER_RESERVED, "", 0xfffffffffffff2fe},
    {RULE_HOST_EFER_MODE, "", 0x500},
    {RULE_HOST_S_CET_RESERVED, CET, 0x3c0},
    {RULE_HOST_SSP_UNALIGNED, CET, 0x3},
    {RULE_HOST_PKRS_RESERVED, "control.EXIT.LOAD_PKRS=1", 0xffffffff00000000},
    {RULE_HOST_FRED_CONFIG_RESERVED, FRED, 0xff00000000000834},
    {RULE_HOST_FRED_RSP1, FRED, 0xff0000000000003f},
    {RULE_HOST_FRED_RSP2, FRED, 0xff0000000000003f},
    {RULE_HOST_FRED_RSP3, FRED, 0xff0000000000003f},
    {RULE_HOST_FRED_SSP1, FRED, 0xff00000000000007},
    {RULE_HOST_FRED_SSP2, FRED, 0xff00000000000007},
    {RULE_HOST_FRED_SSP3, FRED, 0xff00000000000007},
    {RULE_HOST_SPEC_CTRL_RESERVED, SECOND "control.EXIT2.LOAD_IA32_SPEC_CTRL=1",
     0xfffffffffffffa00},
    {RULE_HOST_CS_SELECTOR_BITS, "", 0x7},
    {RULE_HOST_TR_SELECTOR_BITS, "", 0x7},
    {RULE_HOST_RSP_UNALIGNED, "", 0xf},
    {RULE_PML_INDEX_SPENT, "control.ENABLE_PML=1", 0xfe00},
};

/* A flipped bit may be the sign bit of an address. Then the bits above it are at fault. */
static bool names_bit(uint64_t found, unsigned bit)
{
    return found == BIT(bit) || (bit == 56 && found == BITS(63, 57));
}

static uint64_t bits_that_break(enum audit_rule_id rule)
{
    struct vmcs_field field = field_at(audit_rules[rule].field);
    uint64_t value = image_get(&image, field), breaks = 0;
    for (unsigned bit = 0; bit < field_bits(field); bit++) {
        image_set(&image, field, value ^ BIT(bit));
        uint64_t found = bits_found(rule);
        if (found && !names_bit(found, bit)) {
            fail_msg("%s: bit %u flipped, bits 0x%llx found", audit_rules[rule].id, bit,
                     (unsigned long long)found);
        }
        breaks |= found ? BIT(bit) : 0;
    }
    return breaks;
}

static void each_bit_breaks_what_it_should(void **state)
{
    unsigned wrong = 0;
    for (unsigned i = 0; i < ARRAY_COUNT(masks); i++) {
        set_up(state);
        apply(masks[i].setup);
        uint64_t breaks = bits_that_break(masks[i].rule);
        if (breaks == masks[i].bits)
            continue;
        print_error("%s: broken by bits 0x%llx, not 0x%llx\n", audit_rules[masks[i].rule].id,
                    (unsigned long long)breaks, (unsigned long long)masks[i].bits);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* Tests rules that check a number and not single bits. */
static void findings_say_which_bits(void **state)
{
    static const struct {
        enum audit_rule_id rule;
        uint64_t bits;
    } whole[] = {
        {RULE_CR3_TARGETS_TOO_MANY, 0xffffffff},
        {RULE_X2APIC_MODE_OR_APIC_ACCESSES, 0x11},
        {RULE_NMI_WINDOW_NEEDS_VIRTUAL_NMIS, 0x400000},
        {RULE_PID_TABLE_END, 0xffff},
        {RULE_VPID_ZERO, 0xffff},
        {RULE_EPT_MEMORY_TYPE, 0x7},
        {RULE_EPT_WALK_LENGTH, 0x38},
        {RULE_TSC_MULTIPLIER_ZERO, UINT64_MAX},
        {RULE_EXIT_MSR_STORE_END, 0xffffffff},
        {RULE_INJECTION_TYPE_RESERVED, 0x700},
        {RULE_INJECTION_OF_NMI_VECTOR, 0xff},
        {RULE_INJECTION_OF_OTHER_VECTOR, 0xff},
        {RULE_INJECTION_LENGTH, 0xffffffff},
        {RULE_HOST_PAT_TYPE, 0xff},
        {RULE_HOST_S_CET_SUPPRESS, 0xc00},
        {RULE_HOST_CS_NULL, 0xffff},
        {RULE_HOST_TR_NULL, 0xffff},
        {RULE_HOST_NOT_64_BIT, 0x200},
        {RULE_EXIT_MSR_LOAD_LONG, 0xffffffff},
        {RULE_EPT_UNCACHED, 0x7},
        {RULE_POSTED_INTERRUPT_VECTOR_LOW, 0xff},
        {RULE_IO_BITMAP_A_SHARED, 0xfffffffffffff},
    };
    for (unsigned i = 0; i < ARRAY_COUNT(whole); i++) {
        set_up(state);
        apply(audit_rules[whole[i].rule].breaks);
        assert_int_equal(bits_found(whole[i].rule), whole[i].bits);
    }
}

/* The processor does not check the address in HLATP if the control is off. */
static void hlat_is_not_always_checked(void **state)
{
    (void)state;
    apply(HLAT "0xffffffffffffffff");
    assert_int_equal(bits_found(RULE_HLAT_POINTER_RESERVED), 0);
}

static void inject(unsigned type, unsigned vector, uint64_t more)
{
    image_set(&image, VM_ENTRY_INTERRUPTION_INFORMATION_FIELD, BIT(31) | type << 8 | vector | more);
}

/* Bit n of `types`: an event of type n breaks the rule. */
static void check_types(enum audit_rule_id rule, unsigned vector, uint64_t more, uint64_t types)
{
    for (unsigned type = 0; type < 8; type++) {
        inject(type, vector, more);
        if ((bits_found(rule) != 0) != ((types & BIT(type)) != 0))
            fail_msg("%s: type %u, vector %u", audit_rules[rule].id, type, vector);
    }
    image_set(&image, VM_ENTRY_INTERRUPTION_INFORMATION_FIELD, 0x7fffffff);
    assert_int_equal(bits_found(rule), 0); /* nothing is injected */
}

static void each_type_has_its_rules(void **state)
{
    (void)state;
    apply("vmcs.VM_ENTRY_INSTRUCTION_LENGTH=1 vmcs.VM_ENTRY_EXCEPTION_ERROR_CODE=0x10000");
    check_types(RULE_INJECTION_TYPE_RESERVED, 0, 0, 0x02);
    check_types(RULE_INJECTION_OF_NMI_VECTOR, 3, 0, 0x04);
    check_types(RULE_INJECTION_OF_NMI_VECTOR, 2, 0, 0);
    check_types(RULE_INJECTION_OF_NMI_VECTOR, 130, 0, 0x04);
    check_types(RULE_INJECTION_OF_EXCEPTION_VECTOR, 32, 0, 0x08);
    check_types(RULE_INJECTION_OF_EXCEPTION_VECTOR, 31, 0, 0);
    check_types(RULE_INJECTION_OF_OTHER_VECTOR, 1, 0, 0x80);
    check_types(RULE_INJECTION_OF_OTHER_VECTOR, 0, 0, 0);
    check_types(RULE_INJECTION_CODE_NOT_EXCEPTION, 13, 0x800, 0xf7);
    check_types(RULE_INJECTION_CODE_NOT_EXCEPTION, 13, 0, 0);
    check_types(RULE_INJECTION_CODE_RESERVED, 13, 0x800, 0xff);
    check_types(RULE_INJECTION_CODE_RESERVED, 13, 0, 0);
    check_types(RULE_INJECTION_RESERVED, 13, 0x1000, 0xff);
    check_types(RULE_INJECTION_NESTED, 13, 0x2000, 0xff);
    caps.value[IA32_VMX_BASIC] |= BIT(58);
    check_types(RULE_INJECTION_NESTED, 13, 0x2000, 0xf7);
    check_types(RULE_INJECTION_NESTED, 13, 0, 0);
    caps.value[IA32_VMX_TRUE_PROCBASED_CTLS] &= ~BIT(32 + 27);
    check_types(RULE_INJECTION_OF_MTF_UNSUPPORTED, 0, 0, 0x80);
    check_types(RULE_INJECTION_OF_MTF_UNSUPPORTED, 1, 0, 0);
    inject(7, 0, 0);
    assert_int_equal(bits_found(RULE_INJECTION_OF_MTF_UNSUPPORTED), 0x700);
}

static void lengths_are_those_of_instructions(void **state)
{
    (void)state;
    apply("vmcs.VM_ENTRY_INSTRUCTION_LENGTH=16");
    check_types(RULE_INJECTION_LENGTH, 0, 0, 0x70);
    check_types(RULE_INJECTION_LENGTH, 1, 0, 0xf0);
    apply("vmcs.VM_ENTRY_INSTRUCTION_LENGTH=15");
    check_types(RULE_INJECTION_LENGTH, 1, 0, 0);
    apply("vmcs.VM_ENTRY_INSTRUCTION_LENGTH=0");
    check_types(RULE_INJECTION_LENGTH_ZERO, 1, 0, 0);
    caps.value[IA32_VMX_MISC] &= ~BIT(30);
    check_types(RULE_INJECTION_LENGTH_ZERO, 0, 0, 0x70);
    check_types(RULE_INJECTION_LENGTH_ZERO, 1, 0, 0xf0);
    inject(4, 128, 0);
    assert_int_equal(bits_found(RULE_INJECTION_LENGTH_ZERO), 0xffffffff);
}

static void fred_has_events_of_its_own(void **state)
{
    (void)state;
    image.value[FIELD_GUEST_CR4] |= BIT(32);
    for (unsigned vector = 0; vector < 256; vector++)
        check_types(RULE_INJECTION_OF_OTHER_VECTOR, vector, 0, vector <= 2 ? 0 : 0x80);
}

/* Bit n: exception n has an error code (SDM Vol 3A, Table 6-1) on processors without #CP. */
#define WITH_CODE 0x00027d00u

static void exceptions_have_codes(void **state)
{
    (void)state;
    for (unsigned vector = 0; vector < 32; vector++) {
        bool has = WITH_CODE & 1u << vector;
        caps.value[IA32_VMX_BASIC] &= ~BIT(56);
        check_types(RULE_INJECTION_CODE_MISSING, vector, 0, has ? 0x08 : 0);
        check_types(RULE_INJECTION_CODE_MISSING, vector, 0x800, 0);
        check_types(RULE_INJECTION_CODE_UNWANTED, vector, 0x800, has ? 0 : 0x08);
        check_types(RULE_INJECTION_CODE_UNWANTED, vector, 0, 0);
        caps.value[IA32_VMX_BASIC] |= BIT(56);
        check_types(RULE_INJECTION_CODE_MISSING, vector, 0, 0);
        check_types(RULE_INJECTION_CODE_UNWANTED, vector, 0x800, 0);
    }
}

static void real_mode_has_no_codes(void **state)
{
    (void)state;
    caps.value[IA32_VMX_BASIC] &= ~BIT(56);
    check_types(RULE_INJECTION_CODE_REAL_MODE, 13, 0x800, 0);
    apply("vmcs.GUEST_CR0-=0x1");
    check_types(RULE_INJECTION_CODE_REAL_MODE, 13, 0x800, 0x08);
    check_types(RULE_INJECTION_CODE_REAL_MODE, 13, 0, 0);
    check_types(RULE_INJECTION_CODE_MISSING, 13, 0, 0);
    apply("control.UNRESTRICTED_GUEST=0"); /* another rule then checks CR0.PE */
    check_types(RULE_INJECTION_CODE_REAL_MODE, 13, 0x800, 0);
    check_types(RULE_INJECTION_CODE_MISSING, 13, 0, 0x08);
}

/* Memory types 0 and 6 and page walks of 4 and 5 levels are allowed only if the processor supports
 * them. */
static void ept_pointers_are_those_of_the_processor(void **state)
{
    static const uint64_t type_bit[8] = {[0] = BIT(8), [6] = BIT(14)};
    static const uint64_t walk_bit[8] = {[3] = BIT(6), [4] = BIT(7)};
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        for (unsigned has = 0; has < 2; has++) {
            caps = audit_base_caps();
            if (!has)
                caps.value[IA32_VMX_EPT_VPID_CAP] &= ~(type_bit[i] | walk_bit[i]);
            image_set(&image, EPT_POINTER, 0x140018 | i);
            assert_int_equal(bits_found(RULE_EPT_MEMORY_TYPE), has && type_bit[i] ? 0 : 0x7);
            image_set(&image, EPT_POINTER, 0x140006 | i << 3);
            assert_int_equal(bits_found(RULE_EPT_WALK_LENGTH), has && walk_bit[i] ? 0 : 0x38);
        }
    }
}

/* Bit 48 of IA32_VMX_BASIC limits the addresses in the VMCS to 4 GiB. LAM uses high bits of CR3. */
static void addresses_are_those_of_the_processor(void **state)
{
    (void)state;
    caps.value[IA32_VMX_BASIC] |= BIT(48);
    assert_int_equal(bits_that_break(RULE_IO_BITMAP_A_ADDRESS), 0xffffffff00000fff);
    set_up(NULL);
    caps.physical_bits = 36;
    assert_int_equal(bits_that_break(RULE_IO_BITMAP_A_ADDRESS), 0xfffffff000000fff);
    caps.value[IA32_VMX_CR4_FIXED1] |= BIT(28);
    assert_int_equal(bits_that_break(RULE_HOST_CR3_RESERVED), 0x9ffffff000000000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
    const struct CMUnitTest tests[] = {
        TEST(each_bit_breaks_what_it_should),
        TEST(findings_say_which_bits),
        TEST(hlat_is_not_always_checked),
        TEST(each_type_has_its_rules),
        TEST(lengths_are_those_of_instructions),
        TEST(fred_has_events_of_its_own),
        TEST(exceptions_have_codes),
        TEST(real_mode_has_no_codes),
        TEST(ept_pointers_are_those_of_the_processor),
        TEST(addresses_are_those_of_the_processor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
