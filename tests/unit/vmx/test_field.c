/* Tests the table of VMCS fields. SDM Vol 3D, appendix B; Vol 3C Table 24-21 "Structure of VMCS
 * Component Encoding". */
#include "vmx/field.h"

#include <string.h>

#include "tests/unit/profiles.h"
#include "vmx/control.h"

static void each_row_has_its_index(void **state)
{
    (void)state;
#define FIELD(number, name, gate)                                                                  \
    assert_int_equal(name.index, FIELD_##name);                                                    \
    assert_int_equal(name.encoding, number);                                                       \
    assert_int_equal(field_at(FIELD_##name).index, FIELD_##name);                                  \
    assert_int_equal(field_at(FIELD_##name).encoding, number);                                     \
    assert_string_equal(field_name(name), #name);
#include "vmx/fields.def"
#undef FIELD
}

/* No row sets bit 0, which selects the high half of a 64-bit field, or the reserved bits 12 and
 * 31:15. */
static void encodings_are_legal_and_rise(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        uint16_t encoding = field_at(i).encoding;
        if (encoding & 0x9001)
            fail_msg("%s: illegal encoding 0x%x", field_name(field_at(i)), encoding);
        if (i > 0 && encoding <= field_at(i - 1).encoding) {
            fail_msg("%s: 0x%x is not above the previous encoding", field_name(field_at(i)),
                     encoding);
        }
    }
}

static void names_are_unique(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(field_name(field_at(i)), field_name(field_at(j)));
    }
}

static bool ends_in(const char *name, const char *end)
{
    size_t length = strlen(name);
    return length >= strlen(end) && strcmp(name + length - strlen(end), end) == 0;
}

static void assert_width(struct vmcs_field field, const char *end, enum field_width width)
{
    if (ends_in(field_name(field), end) && field_width(field) != width)
        fail_msg("%s: width %d, expected %d", field_name(field), field_width(field), width);
}

/* The name of a field agrees with the type and width in its encoding. */
static void names_agree_with_encodings(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        struct vmcs_field field = field_at(i);
        const char *name = field_name(field);
        if (strncmp(name, "HOST_", 5) == 0)
            assert_int_equal(field_type(field), FIELD_HOST);
        else
            assert_int_not_equal(field_type(field), FIELD_HOST);
        assert_width(field, "_SELECTOR", FIELD_16_BITS);
        assert_width(field, "_LIMIT", FIELD_32_BITS);
        assert_width(field, "_ACCESS_RIGHTS", FIELD_32_BITS);
        assert_width(field, "_BASE", FIELD_NATURAL);
        assert_width(field, "_BITMAP_ADDRESS", FIELD_64_BITS);
        assert_width(field, "_PAT", FIELD_64_BITS);
        assert_width(field, "_EFER", FIELD_64_BITS);
        assert_width(field, "_COUNT", FIELD_32_BITS);
        assert_width(field, "_SYSENTER_CS", FIELD_32_BITS);
        assert_width(field, "_SYSENTER_ESP", FIELD_NATURAL);
        assert_width(field, "_SYSENTER_EIP", FIELD_NATURAL);
    }
}

static const struct {
    enum field_index field;
    const char *name;
    uint16_t encoding;
    enum field_width width;
    enum field_type type;
} known[] = {
    {FIELD_VIRTUAL_PROCESSOR_IDENTIFIER, "VIRTUAL_PROCESSOR_IDENTIFIER", 0x0000, FIELD_16_BITS,
     FIELD_CONTROL},
    {FIELD_GUEST_ES_SELECTOR, "GUEST_ES_SELECTOR", 0x0800, FIELD_16_BITS, FIELD_GUEST},
    {FIELD_GUEST_CS_SELECTOR, "GUEST_CS_SELECTOR", 0x0802, FIELD_16_BITS, FIELD_GUEST},
    {FIELD_GUEST_SS_SELECTOR, "GUEST_SS_SELECTOR", 0x0804, FIELD_16_BITS, FIELD_GUEST},
    {FIELD_GUEST_LDTR_SELECTOR, "GUEST_LDTR_SELECTOR", 0x080c, FIELD_16_BITS, FIELD_GUEST},
    {FIELD_GUEST_TR_SELECTOR, "GUEST_TR_SELECTOR", 0x080e, FIELD_16_BITS, FIELD_GUEST},
    {FIELD_HOST_ES_SELECTOR, "HOST_ES_SELECTOR", 0x0c00, FIELD_16_BITS, FIELD_HOST},
    {FIELD_HOST_CS_SELECTOR, "HOST_CS_SELECTOR", 0x0c02, FIELD_16_BITS, FIELD_HOST},
    {FIELD_HOST_TR_SELECTOR, "HOST_TR_SELECTOR", 0x0c0c, FIELD_16_BITS, FIELD_HOST},
    {FIELD_ADDRESS_OF_IO_BITMAP_A, "ADDRESS_OF_IO_BITMAP_A", 0x2000, FIELD_64_BITS, FIELD_CONTROL},
    {FIELD_ADDRESS_OF_IO_BITMAP_B, "ADDRESS_OF_IO_BITMAP_B", 0x2002, FIELD_64_BITS, FIELD_CONTROL},
    {FIELD_ADDRESS_OF_MSR_BITMAPS, "ADDRESS_OF_MSR_BITMAPS", 0x2004, FIELD_64_BITS, FIELD_CONTROL},
    {FIELD_TSC_OFFSET, "TSC_OFFSET", 0x2010, FIELD_64_BITS, FIELD_CONTROL},
    {FIELD_VIRTUAL_APIC_ADDRESS, "VIRTUAL_APIC_ADDRESS", 0x2012, FIELD_64_BITS, FIELD_CONTROL},
    {FIELD_EPT_POINTER, "EPT_POINTER", 0x201a, FIELD_64_BITS, FIELD_CONTROL},
    {FIELD_TSC_MULTIPLIER, "TSC_MULTIPLIER", 0x2032, FIELD_64_BITS, FIELD_CONTROL},
    {FIELD_GUEST_PHYSICAL_ADDRESS, "GUEST_PHYSICAL_ADDRESS", 0x2400, FIELD_64_BITS,
     FIELD_READ_ONLY},
    {FIELD_VMCS_LINK_POINTER, "VMCS_LINK_POINTER", 0x2800, FIELD_64_BITS, FIELD_GUEST},
    {FIELD_GUEST_IA32_DEBUGCTL, "GUEST_IA32_DEBUGCTL", 0x2802, FIELD_64_BITS, FIELD_GUEST},
    {FIELD_GUEST_IA32_PAT, "GUEST_IA32_PAT", 0x2804, FIELD_64_BITS, FIELD_GUEST},
    {FIELD_GUEST_IA32_EFER, "GUEST_IA32_EFER", 0x2806, FIELD_64_BITS, FIELD_GUEST},
    {FIELD_GUEST_PDPTE0, "GUEST_PDPTE0", 0x280a, FIELD_64_BITS, FIELD_GUEST},
    {FIELD_GUEST_PDPTE3, "GUEST_PDPTE3", 0x2810, FIELD_64_BITS, FIELD_GUEST},
    {FIELD_HOST_IA32_PAT, "HOST_IA32_PAT", 0x2c00, FIELD_64_BITS, FIELD_HOST},
    {FIELD_HOST_IA32_EFER, "HOST_IA32_EFER", 0x2c02, FIELD_64_BITS, FIELD_HOST},
    {FIELD_PIN_BASED_VM_EXECUTION_CONTROLS, "PIN_BASED_VM_EXECUTION_CONTROLS", 0x4000,
     FIELD_32_BITS, FIELD_CONTROL},
    {FIELD_EXCEPTION_BITMAP, "EXCEPTION_BITMAP", 0x4004, FIELD_32_BITS, FIELD_CONTROL},
    {FIELD_CR3_TARGET_COUNT, "CR3_TARGET_COUNT", 0x400a, FIELD_32_BITS, FIELD_CONTROL},
    {FIELD_PRIMARY_VM_EXIT_CONTROLS, "PRIMARY_VM_EXIT_CONTROLS", 0x400c, FIELD_32_BITS,
     FIELD_CONTROL},
    {FIELD_VM_ENTRY_CONTROLS, "VM_ENTRY_CONTROLS", 0x4012, FIELD_32_BITS, FIELD_CONTROL},
    {FIELD_VM_ENTRY_INTERRUPTION_INFORMATION_FIELD, "VM_ENTRY_INTERRUPTION_INFORMATION_FIELD",
     0x4016, FIELD_32_BITS, FIELD_CONTROL},
    {FIELD_TPR_THRESHOLD, "TPR_THRESHOLD", 0x401c, FIELD_32_BITS, FIELD_CONTROL},
    {FIELD_VM_INSTRUCTION_ERROR, "VM_INSTRUCTION_ERROR", 0x4400, FIELD_32_BITS, FIELD_READ_ONLY},
    {FIELD_EXIT_REASON, "EXIT_REASON", 0x4402, FIELD_32_BITS, FIELD_READ_ONLY},
    {FIELD_VM_EXIT_INTERRUPTION_INFORMATION, "VM_EXIT_INTERRUPTION_INFORMATION", 0x4404,
     FIELD_32_BITS, FIELD_READ_ONLY},
    {FIELD_IDT_VECTORING_INFORMATION_FIELD, "IDT_VECTORING_INFORMATION_FIELD", 0x4408,
     FIELD_32_BITS, FIELD_READ_ONLY},
    {FIELD_VM_EXIT_INSTRUCTION_LENGTH, "VM_EXIT_INSTRUCTION_LENGTH", 0x440c, FIELD_32_BITS,
     FIELD_READ_ONLY},
    {FIELD_GUEST_ES_LIMIT, "GUEST_ES_LIMIT", 0x4800, FIELD_32_BITS, FIELD_GUEST},
    {FIELD_GUEST_CS_ACCESS_RIGHTS, "GUEST_CS_ACCESS_RIGHTS", 0x4816, FIELD_32_BITS, FIELD_GUEST},
    {FIELD_GUEST_TR_ACCESS_RIGHTS, "GUEST_TR_ACCESS_RIGHTS", 0x4822, FIELD_32_BITS, FIELD_GUEST},
    {FIELD_GUEST_INTERRUPTIBILITY_STATE, "GUEST_INTERRUPTIBILITY_STATE", 0x4824, FIELD_32_BITS,
     FIELD_GUEST},
    {FIELD_GUEST_ACTIVITY_STATE, "GUEST_ACTIVITY_STATE", 0x4826, FIELD_32_BITS, FIELD_GUEST},
    {FIELD_GUEST_IA32_SYSENTER_CS, "GUEST_IA32_SYSENTER_CS", 0x482a, FIELD_32_BITS, FIELD_GUEST},
    {FIELD_VMX_PREEMPTION_TIMER_VALUE, "VMX_PREEMPTION_TIMER_VALUE", 0x482e, FIELD_32_BITS,
     FIELD_GUEST},
    {FIELD_HOST_IA32_SYSENTER_CS, "HOST_IA32_SYSENTER_CS", 0x4c00, FIELD_32_BITS, FIELD_HOST},
    {FIELD_CR0_GUEST_HOST_MASK, "CR0_GUEST_HOST_MASK", 0x6000, FIELD_NATURAL, FIELD_CONTROL},
    {FIELD_CR4_READ_SHADOW, "CR4_READ_SHADOW", 0x6006, FIELD_NATURAL, FIELD_CONTROL},
    {FIELD_EXIT_QUALIFICATION, "EXIT_QUALIFICATION", 0x6400, FIELD_NATURAL, FIELD_READ_ONLY},
    {FIELD_GUEST_LINEAR_ADDRESS, "GUEST_LINEAR_ADDRESS", 0x640a, FIELD_NATURAL, FIELD_READ_ONLY},
    {FIELD_GUEST_CR0, "GUEST_CR0", 0x6800, FIELD_NATURAL, FIELD_GUEST},
    {FIELD_GUEST_CR3, "GUEST_CR3", 0x6802, FIELD_NATURAL, FIELD_GUEST},
    {FIELD_GUEST_CR4, "GUEST_CR4", 0x6804, FIELD_NATURAL, FIELD_GUEST},
    {FIELD_GUEST_GDTR_BASE, "GUEST_GDTR_BASE", 0x6816, FIELD_NATURAL, FIELD_GUEST},
    {FIELD_GUEST_DR7, "GUEST_DR7", 0x681a, FIELD_NATURAL, FIELD_GUEST},
    {FIELD_GUEST_RSP, "GUEST_RSP", 0x681c, FIELD_NATURAL, FIELD_GUEST},
    {FIELD_GUEST_RIP, "GUEST_RIP", 0x681e, FIELD_NATURAL, FIELD_GUEST},
    {FIELD_GUEST_RFLAGS, "GUEST_RFLAGS", 0x6820, FIELD_NATURAL, FIELD_GUEST},
    {FIELD_HOST_CR0, "HOST_CR0", 0x6c00, FIELD_NATURAL, FIELD_HOST},
    {FIELD_HOST_CR3, "HOST_CR3", 0x6c02, FIELD_NATURAL, FIELD_HOST},
    {FIELD_HOST_CR4, "HOST_CR4", 0x6c04, FIELD_NATURAL, FIELD_HOST},
    {FIELD_HOST_GDTR_BASE, "HOST_GDTR_BASE", 0x6c0c, FIELD_NATURAL, FIELD_HOST},
    {FIELD_HOST_IDTR_BASE, "HOST_IDTR_BASE", 0x6c0e, FIELD_NATURAL, FIELD_HOST},
    {FIELD_HOST_RSP, "HOST_RSP", 0x6c14, FIELD_NATURAL, FIELD_HOST},
    {FIELD_HOST_RIP, "HOST_RIP", 0x6c16, FIELD_NATURAL, FIELD_HOST},
};

static void encodings_are_the_manuals(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
        struct vmcs_field field = field_at(known[i].field);
        assert_int_equal(field.encoding, known[i].encoding);
        assert_string_equal(field_name(field), known[i].name);
        assert_int_equal(field_width(field), known[i].width);
        assert_int_equal(field_type(field), known[i].type);
    }
}

/* The profiles that have a field, one bit each in the order of `profiles`. Derived by hand from
 * their control MSRs. */
enum {
    PRESCOTT = 1 << 0,
    WITHOUT_TRUE = 1 << 1,
    PENRYN = 1 << 2,
    LYNNFIELD = 1 << 3,
    HASWELL = 1 << 4,
    SKYLAKE_X = 1 << 5,
    TIGERLAKE = 1 << 6,
    SAPPHIRE_RAPIDS = 1 << 7,
    FROM_TIGERLAKE = TIGERLAKE | SAPPHIRE_RAPIDS,
    FROM_SKYLAKE_X = SKYLAKE_X | FROM_TIGERLAKE,
    FROM_HASWELL = HASWELL | FROM_SKYLAKE_X,
    FROM_LYNNFIELD = LYNNFIELD | FROM_HASWELL,
    FROM_PENRYN = PENRYN | FROM_LYNNFIELD,
    ALL = PRESCOTT | WITHOUT_TRUE | FROM_PENRYN,
};

static void fields_exist_with_their_controls(void **state)
{
    static const struct {
        enum field_index field;
        unsigned where;
    } expected[] = {
        {FIELD_GUEST_RIP, ALL},
        {FIELD_EXIT_QUALIFICATION, ALL},
        {FIELD_TSC_OFFSET, ALL},
        {FIELD_GUEST_IA32_DEBUGCTL, ALL},
        {FIELD_ADDRESS_OF_MSR_BITMAPS, ALL},                                  /* primary 28 */
        {FIELD_VIRTUAL_APIC_ADDRESS, FROM_PENRYN},                            /* primary 21 */
        {FIELD_TPR_THRESHOLD, FROM_PENRYN},                                   /* primary 21 */
        {FIELD_SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS, FROM_PENRYN}, /* primary 31 */
        {FIELD_APIC_ACCESS_ADDRESS, FROM_PENRYN},                             /* secondary 0 */
        {FIELD_HOST_IA32_PERF_GLOBAL_CTRL, FROM_PENRYN},                      /* exit 12 */
        {FIELD_GUEST_IA32_PERF_GLOBAL_CTRL, FROM_PENRYN},                     /* entry 13 */
        {FIELD_EPT_POINTER, FROM_LYNNFIELD},                                  /* secondary 1 */
        {FIELD_GUEST_PHYSICAL_ADDRESS, FROM_LYNNFIELD},                       /* secondary 1 */
        {FIELD_GUEST_PDPTE0, FROM_LYNNFIELD},                                 /* secondary 1 */
        {FIELD_VIRTUAL_PROCESSOR_IDENTIFIER, FROM_LYNNFIELD},                 /* secondary 5 */
        {FIELD_VMX_PREEMPTION_TIMER_VALUE, FROM_LYNNFIELD},                   /* pin 6 */
        {FIELD_GUEST_IA32_PAT, FROM_LYNNFIELD},                        /* exit 18 or entry 14 */
        {FIELD_HOST_IA32_PAT, FROM_LYNNFIELD},                         /* exit 19 */
        {FIELD_GUEST_IA32_EFER, FROM_LYNNFIELD},                       /* exit 20 or entry 15 */
        {FIELD_HOST_IA32_EFER, FROM_LYNNFIELD},                        /* exit 21 */
        {FIELD_PLE_GAP, FROM_HASWELL},                                 /* secondary 10 */
        {FIELD_EOI_EXIT_BITMAP_2, FROM_HASWELL},                       /* secondary 9 */
        {FIELD_GUEST_INTERRUPT_STATUS, FROM_HASWELL},                  /* secondary 9 */
        {FIELD_VM_FUNCTION_CONTROLS, FROM_HASWELL},                    /* secondary 13 */
        {FIELD_EPTP_LIST_ADDRESS, FROM_HASWELL},                       /* secondary 13 */
        {FIELD_VMREAD_BITMAP_ADDRESS, FROM_HASWELL},                   /* secondary 14 */
        {FIELD_EPTP_INDEX, FROM_HASWELL},                              /* secondary 18 */
        {FIELD_PML_ADDRESS, FROM_SKYLAKE_X},                           /* secondary 17 */
        {FIELD_PML_INDEX, FROM_SKYLAKE_X},                             /* secondary 17 */
        {FIELD_XSS_EXITING_BITMAP, FROM_SKYLAKE_X},                    /* secondary 20 */
        {FIELD_TSC_MULTIPLIER, FROM_SKYLAKE_X},                        /* secondary 25 */
        {FIELD_SUB_PAGE_PERMISSION_TABLE_POINTER, FROM_TIGERLAKE},     /* secondary 23 */
        {FIELD_GUEST_IA32_S_CET, TIGERLAKE},                           /* entry 20 */
        {FIELD_HOST_SSP, TIGERLAKE},                                   /* exit 28 */
        {FIELD_POSTED_INTERRUPT_NOTIFICATION_VECTOR, SAPPHIRE_RAPIDS}, /* pin 7 */
        {FIELD_TERTIARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS, SAPPHIRE_RAPIDS}, /* primary 17 */
        {FIELD_SECONDARY_VM_EXIT_CONTROLS, SAPPHIRE_RAPIDS},                     /* exit 31 */
        {FIELD_IA32_SPEC_CTRL_MASK, SAPPHIRE_RAPIDS},                            /* tertiary 7 */
        {FIELD_HOST_IA32_SPEC_CTRL, SAPPHIRE_RAPIDS},                            /* exit2 2 */
        {FIELD_GUEST_IA32_SPEC_CTRL, 0},                                         /* entry 24 */
        {FIELD_HLAT_PREFIX_SIZE, 0},                                             /* tertiary 1 */
        {FIELD_ENCLS_EXITING_BITMAP, 0},                                         /* secondary 15 */
        {FIELD_HOST_IA32_PKRS, 0},                                               /* exit 29 */
        {FIELD_INJECTED_EVENT_DATA, 0},                                          /* entry 23 */
    };
    (void)state;
    for (size_t p = 0; p < ARRAY_COUNT(profiles); p++) {
        struct vmx_caps caps = profile_caps(profiles[p]);
        for (size_t i = 0; i < ARRAY_COUNT(expected); i++) {
            struct vmcs_field field = field_at(expected[i].field);
            if (field_exists(field, &caps) != (expected[i].where >> p & 1)) {
                fail_msg("%s on %s: expected %u", field_name(field), profiles[p]->name,
                         expected[i].where >> p & 1);
            }
        }
    }
}

/* If either of two controls makes a field exist, one of them is enough. */
static void one_control_of_two_is_enough(void **state)
{
    struct vmx_caps caps = {0};
    (void)state;
    caps.value[IA32_VMX_BASIC] = BIT(55);
    assert_false(field_exists(GUEST_IA32_PAT, &caps));
    caps.value[IA32_VMX_TRUE_EXIT_CTLS] = BIT(32 + 18);
    assert_true(field_exists(GUEST_IA32_PAT, &caps));
    assert_false(field_exists(HOST_IA32_PAT, &caps));
    assert_false(field_exists(GUEST_IA32_EFER, &caps));
    caps.value[IA32_VMX_TRUE_EXIT_CTLS] = 0;
    caps.value[IA32_VMX_TRUE_ENTRY_CTLS] = BIT(32 + 14);
    assert_true(field_exists(GUEST_IA32_PAT, &caps));
    assert_false(field_exists(HOST_IA32_PAT, &caps));
    caps.value[IA32_VMX_TRUE_ENTRY_CTLS] = BIT(32 + 15);
    assert_false(field_exists(GUEST_IA32_PAT, &caps));
    assert_true(field_exists(GUEST_IA32_EFER, &caps));
}

/* IA32_VMX_MISC bits 24:16 are the number of CR3-target values. */
static void cr3_targets_are_counted(void **state)
{
    (void)state;
    for (uint64_t count = 0; count < 6; count++) {
        struct vmx_caps caps = {0};
        caps.value[IA32_VMX_MISC] = count << 16;
        assert_int_equal(field_exists(CR3_TARGET_VALUE_0, &caps), count > 0);
        assert_int_equal(field_exists(CR3_TARGET_VALUE_1, &caps), count > 1);
        assert_int_equal(field_exists(CR3_TARGET_VALUE_2, &caps), count > 2);
        assert_int_equal(field_exists(CR3_TARGET_VALUE_3, &caps), count > 3);
        assert_true(field_exists(CR3_TARGET_COUNT, &caps));
    }
}

static void fields_of_smm_need_dual_monitor_treatment(void **state)
{
    static const struct vmcs_field *const fields[] = {
        &EXECUTIVE_VMCS_POINTER, &GUEST_SMBASE, &IO_RCX, &IO_RSI, &IO_RDI, &IO_RIP};
    struct vmx_caps caps = {0};
    (void)state;
    for (unsigned i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        caps.value[IA32_VMX_BASIC] = ~BIT(49);
        assert_false(field_exists(*fields[i], &caps));
        caps.value[IA32_VMX_BASIC] = BIT(49);
        assert_true(field_exists(*fields[i], &caps));
    }
}

/* A processor without optional controls has the rows without a footnote in SDM Vol 3D, appendix B,
 * except the six fields of SMM. */
static void bare_processors_have_the_rest(void **state)
{
    struct vmx_caps caps = {0};
    unsigned count[4][4] = {{0}};
    /* [width][type] */
    static const unsigned expected[4][4] = {
        [FIELD_16_BITS] = {0, 0, 8, 7},
        [FIELD_64_BITS] = {6, 0, 2, 0},
        [FIELD_32_BITS] = {14, 8, 21, 1},
        [FIELD_NATURAL] = {4, 2, 20, 12},
    };
    (void)state;
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        count[field_width(field_at(i))][field_type(field_at(i))] +=
            field_exists(field_at(i), &caps);
    }
    for (unsigned width = 0; width < 4; width++) {
        for (unsigned type = 0; type < 4; type++)
            assert_int_equal(count[width][type], expected[width][type]);
    }
}

/* On a processor that has everything, every field exists. */
static void a_processor_with_everything_has_all(void **state)
{
    struct vmx_caps caps;
    (void)state;
    memset(&caps, 0xff, sizeof caps);
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        assert_true(field_exists(field_at(i), &caps));
}

/* SDM appendix B: 4000H, 4002H, 401EH, 2034H, 400CH, 2044H, 4012H. */
static void each_word_has_its_field(void **state)
{
    (void)state;
    assert_int_equal(field_of_word(WORD_PIN).encoding, 0x4000);
    assert_int_equal(field_of_word(WORD_PRIMARY).encoding, 0x4002);
    assert_int_equal(field_of_word(WORD_SECONDARY).encoding, 0x401e);
    assert_int_equal(field_of_word(WORD_TERTIARY).encoding, 0x2034);
    assert_int_equal(field_of_word(WORD_EXIT).encoding, 0x400c);
    assert_int_equal(field_of_word(WORD_EXIT2).encoding, 0x2044);
    assert_int_equal(field_of_word(WORD_ENTRY).encoding, 0x4012);
}

static void a_field_has_the_bits_of_its_width(void **state)
{
    (void)state;
    assert_int_equal(field_bits(GUEST_CS_SELECTOR), 16);
    assert_int_equal(field_bits(EXCEPTION_BITMAP), 32);
    assert_int_equal(field_bits(VMCS_LINK_POINTER), 64);
    assert_int_equal(field_bits(GUEST_RIP), 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_has_the_bits_of_its_width),
        cmocka_unit_test(each_word_has_its_field),
        cmocka_unit_test(each_row_has_its_index),
        cmocka_unit_test(encodings_are_legal_and_rise),
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(names_agree_with_encodings),
        cmocka_unit_test(encodings_are_the_manuals),
        cmocka_unit_test(fields_exist_with_their_controls),
        cmocka_unit_test(one_control_of_two_is_enough),
        cmocka_unit_test(cr3_targets_are_counted),
        cmocka_unit_test(fields_of_smm_need_dual_monitor_treatment),
        cmocka_unit_test(bare_processors_have_the_rest),
        cmocka_unit_test(a_processor_with_everything_has_all),
    };
    return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
