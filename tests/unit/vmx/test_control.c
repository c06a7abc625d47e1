/* Tests the table of controls and the resolution of wishes for them. SDM Vol 3C §24.6 to §24.8, Vol
 * 3D §A.2 to §A.5. */
#include "vmx/control.h"

#include <string.h>

#include "tests/unit/profiles.h"

/* The bits of each word that have a name: SDM Tables 24-5 to 24-8, 24-13 to 24-15. */
static const uint64_t named[CONTROL_WORDS] = {
    [WORD_PIN] = 0xe9,        [WORD_PRIMARY] = 0xfbfb9e8c, [WORD_SECONDARY] = 0xdfffffff,
    [WORD_TERTIARY] = 0x13ff, [WORD_EXIT] = 0xfffc9204,    [WORD_EXIT2] = 0xf,
    [WORD_ENTRY] = 0x3ffee04,
};

static void the_table_is_whole(void **state)
{
    uint64_t seen[CONTROL_WORDS] = {0};
    (void)state;
    for (unsigned i = 0; i < CONTROL_COUNT; i++) {
        const struct control_info *info = &control_table[i];
        assert_in_range(info->word, 0, CONTROL_WORDS - 1);
        assert_in_range(info->bit, 0, 63);
        if (seen[info->word] & BIT(info->bit))
            fail_msg("%s: another control has the same bit", info->name);
        seen[info->word] |= BIT(info->bit);
        for (unsigned j = 0; j < i; j++) {
            if (control_table[j].word == info->word)
                assert_string_not_equal(control_table[j].name, info->name);
        }
    }
    for (unsigned word = 0; word < CONTROL_WORDS; word++)
        assert_int_equal(seen[word], named[word]);
}

/* Known masks from other hypervisors. */
static void bits_are_the_manuals(void **state)
{
    static const struct {
        enum control control;
        const char *name;
        enum control_word word;
        uint64_t mask;
    } expected[] = {
        {PIN_EXTERNAL_INTERRUPT_EXITING, "EXTERNAL_INTERRUPT_EXITING", WORD_PIN, 0x1},
        {PIN_NMI_EXITING, "NMI_EXITING", WORD_PIN, 0x8},
        {PIN_VIRTUAL_NMIS, "VIRTUAL_NMIS", WORD_PIN, 0x20},
        {PIN_ACTIVATE_VMX_PREEMPTION_TIMER, "ACTIVATE_VMX_PREEMPTION_TIMER", WORD_PIN, 0x40},
        {PIN_PROCESS_POSTED_INTERRUPTS, "PROCESS_POSTED_INTERRUPTS", WORD_PIN, 0x80},
        {PRIMARY_INTERRUPT_WINDOW_EXITING, "INTERRUPT_WINDOW_EXITING", WORD_PRIMARY, 0x4},
        {PRIMARY_USE_TSC_OFFSETTING, "USE_TSC_OFFSETTING", WORD_PRIMARY, 0x8},
        {PRIMARY_HLT_EXITING, "HLT_EXITING", WORD_PRIMARY, 0x80},
        {PRIMARY_INVLPG_EXITING, "INVLPG_EXITING", WORD_PRIMARY, 0x200},
        {PRIMARY_MWAIT_EXITING, "MWAIT_EXITING", WORD_PRIMARY, 0x400},
        {PRIMARY_RDPMC_EXITING, "RDPMC_EXITING", WORD_PRIMARY, 0x800},
        {PRIMARY_RDTSC_EXITING, "RDTSC_EXITING", WORD_PRIMARY, 0x1000},
        {PRIMARY_CR3_LOAD_EXITING, "CR3_LOAD_EXITING", WORD_PRIMARY, 0x8000},
        {PRIMARY_CR3_STORE_EXITING, "CR3_STORE_EXITING", WORD_PRIMARY, 0x10000},
        {PRIMARY_ACTIVATE_TERTIARY_CONTROLS, "ACTIVATE_TERTIARY_CONTROLS", WORD_PRIMARY, 0x20000},
        {PRIMARY_CR8_LOAD_EXITING, "CR8_LOAD_EXITING", WORD_PRIMARY, 0x80000},
        {PRIMARY_CR8_STORE_EXITING, "CR8_STORE_EXITING", WORD_PRIMARY, 0x100000},
        {PRIMARY_USE_TPR_SHADOW, "USE_TPR_SHADOW", WORD_PRIMARY, 0x200000},
        {PRIMARY_NMI_WINDOW_EXITING, "NMI_WINDOW_EXITING", WORD_PRIMARY, 0x400000},
        {PRIMARY_MOV_DR_EXITING, "MOV_DR_EXITING", WORD_PRIMARY, 0x800000},
        {PRIMARY_UNCONDITIONAL_IO_EXITING, "UNCONDITIONAL_IO_EXITING", WORD_PRIMARY, 0x1000000},
        {PRIMARY_USE_IO_BITMAPS, "USE_IO_BITMAPS", WORD_PRIMARY, 0x2000000},
        {PRIMARY_MONITOR_TRAP_FLAG, "MONITOR_TRAP_FLAG", WORD_PRIMARY, 0x8000000},
        {PRIMARY_USE_MSR_BITMAPS, "USE_MSR_BITMAPS", WORD_PRIMARY, 0x10000000},
        {PRIMARY_MONITOR_EXITING, "MONITOR_EXITING", WORD_PRIMARY, 0x20000000},
        {PRIMARY_PAUSE_EXITING, "PAUSE_EXITING", WORD_PRIMARY, 0x40000000},
        {PRIMARY_ACTIVATE_SECONDARY_CONTROLS, "ACTIVATE_SECONDARY_CONTROLS", WORD_PRIMARY,
         0x80000000},
        {SECONDARY_VIRTUALIZE_APIC_ACCESSES, "VIRTUALIZE_APIC_ACCESSES", WORD_SECONDARY, 0x1},
        {SECONDARY_ENABLE_EPT, "ENABLE_EPT", WORD_SECONDARY, 0x2},
        {SECONDARY_DESCRIPTOR_TABLE_EXITING, "DESCRIPTOR_TABLE_EXITING", WORD_SECONDARY, 0x4},
        {SECONDARY_ENABLE_RDTSCP, "ENABLE_RDTSCP", WORD_SECONDARY, 0x8},
        {SECONDARY_ENABLE_VPID, "ENABLE_VPID", WORD_SECONDARY, 0x20},
        {SECONDARY_WBINVD_EXITING, "WBINVD_EXITING", WORD_SECONDARY, 0x40},
        {SECONDARY_UNRESTRICTED_GUEST, "UNRESTRICTED_GUEST", WORD_SECONDARY, 0x80},
        {SECONDARY_ENABLE_INVPCID, "ENABLE_INVPCID", WORD_SECONDARY, 0x1000},
        {SECONDARY_ENABLE_VM_FUNCTIONS, "ENABLE_VM_FUNCTIONS", WORD_SECONDARY, 0x2000},
        {SECONDARY_VMCS_SHADOWING, "VMCS_SHADOWING", WORD_SECONDARY, 0x4000},
        {SECONDARY_ENABLE_PML, "ENABLE_PML", WORD_SECONDARY, 0x20000},
        {SECONDARY_EPT_VIOLATION_VE, "EPT_VIOLATION_VE", WORD_SECONDARY, 0x40000},
        {SECONDARY_ENABLE_XSAVES_XRSTORS, "ENABLE_XSAVES_XRSTORS", WORD_SECONDARY, 0x100000},
        {SECONDARY_MODE_BASED_EXECUTE_CONTROL_FOR_EPT, "MODE_BASED_EXECUTE_CONTROL_FOR_EPT",
         WORD_SECONDARY, 0x400000},
        {SECONDARY_USE_TSC_SCALING, "USE_TSC_SCALING", WORD_SECONDARY, 0x2000000},
        {SECONDARY_INSTRUCTION_TIMEOUT, "INSTRUCTION_TIMEOUT", WORD_SECONDARY, 0x80000000},
        {TERTIARY_ENABLE_HLAT, "ENABLE_HLAT", WORD_TERTIARY, 0x2},
        {TERTIARY_IPI_VIRTUALIZATION, "IPI_VIRTUALIZATION", WORD_TERTIARY, 0x10},
        {TERTIARY_VIRTUALIZE_IA32_SPEC_CTRL, "VIRTUALIZE_IA32_SPEC_CTRL", WORD_TERTIARY, 0x80},
        {EXIT_SAVE_DEBUG_CONTROLS, "SAVE_DEBUG_CONTROLS", WORD_EXIT, 0x4},
        {EXIT_HOST_ADDRESS_SPACE_SIZE, "HOST_ADDRESS_SPACE_SIZE", WORD_EXIT, 0x200},
        {EXIT_LOAD_IA32_PERF_GLOBAL_CTRL, "LOAD_IA32_PERF_GLOBAL_CTRL", WORD_EXIT, 0x1000},
        {EXIT_ACKNOWLEDGE_INTERRUPT_ON_EXIT, "ACKNOWLEDGE_INTERRUPT_ON_EXIT", WORD_EXIT, 0x8000},
        {EXIT_SAVE_IA32_PAT, "SAVE_IA32_PAT", WORD_EXIT, 0x40000},
        {EXIT_LOAD_IA32_PAT, "LOAD_IA32_PAT", WORD_EXIT, 0x80000},
        {EXIT_SAVE_IA32_EFER, "SAVE_IA32_EFER", WORD_EXIT, 0x100000},
        {EXIT_LOAD_IA32_EFER, "LOAD_IA32_EFER", WORD_EXIT, 0x200000},
        {EXIT_SAVE_VMX_PREEMPTION_TIMER_VALUE, "SAVE_VMX_PREEMPTION_TIMER_VALUE", WORD_EXIT,
         0x400000},
        {EXIT_CLEAR_IA32_BNDCFGS, "CLEAR_IA32_BNDCFGS", WORD_EXIT, 0x800000},
        {EXIT_LOAD_CET_STATE, "LOAD_CET_STATE", WORD_EXIT, 0x10000000},
        {EXIT_ACTIVATE_SECONDARY_CONTROLS, "ACTIVATE_SECONDARY_CONTROLS", WORD_EXIT, 0x80000000},
        {EXIT2_LOAD_IA32_SPEC_CTRL, "LOAD_IA32_SPEC_CTRL", WORD_EXIT2, 0x4},
        {ENTRY_LOAD_DEBUG_CONTROLS, "LOAD_DEBUG_CONTROLS", WORD_ENTRY, 0x4},
        {ENTRY_IA_32E_MODE_GUEST, "IA_32E_MODE_GUEST", WORD_ENTRY, 0x200},
        {ENTRY_ENTRY_TO_SMM, "ENTRY_TO_SMM", WORD_ENTRY, 0x400},
        {ENTRY_DEACTIVATE_DUAL_MONITOR_TREATMENT, "DEACTIVATE_DUAL_MONITOR_TREATMENT", WORD_ENTRY,
         0x800},
        {ENTRY_LOAD_IA32_PERF_GLOBAL_CTRL, "LOAD_IA32_PERF_GLOBAL_CTRL", WORD_ENTRY, 0x2000},
        {ENTRY_LOAD_IA32_PAT, "LOAD_IA32_PAT", WORD_ENTRY, 0x4000},
        {ENTRY_LOAD_IA32_EFER, "LOAD_IA32_EFER", WORD_ENTRY, 0x8000},
        {ENTRY_LOAD_IA32_BNDCFGS, "LOAD_IA32_BNDCFGS", WORD_ENTRY, 0x10000},
        {ENTRY_LOAD_CET_STATE, "LOAD_CET_STATE", WORD_ENTRY, 0x100000},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(expected); i++) {
        const struct control_info *info = &control_table[expected[i].control];
        assert_string_equal(info->name, expected[i].name);
        assert_int_equal(info->word, expected[i].word);
        assert_int_equal(BIT(info->bit), expected[i].mask);
    }
}

/* A different value in each MSR shows which one is read. */
static struct vmx_caps labelled(uint64_t basic)
{
    struct vmx_caps caps = {0};
    for (unsigned i = 0; i < CAPS_MSRS; i++) {
        caps.known[i] = true;
        caps.value[i] = UINT64_C(0x1111111100000000) * (i & 7) + 0x1000000 + i;
    }
    caps.value[IA32_VMX_BASIC] = basic;
    return caps;
}

static void assert_halves_of(struct vmx_caps caps, enum control_word word, enum caps_msr msr)
{
    struct control_allowed allowed = control_allowed(&caps, word);
    assert_int_equal(allowed.must, caps.value[msr] % BIT(32));
    assert_int_equal(allowed.may, caps.value[msr] / BIT(32));
}

static void true_msrs_are_used_if_they_exist(void **state)
{
    struct vmx_caps older = labelled(~BIT(55));
    struct vmx_caps newer = labelled(BIT(55));
    (void)state;
    assert_halves_of(older, WORD_PIN, IA32_VMX_PINBASED_CTLS);
    assert_halves_of(older, WORD_PRIMARY, IA32_VMX_PROCBASED_CTLS);
    assert_halves_of(older, WORD_EXIT, IA32_VMX_EXIT_CTLS);
    assert_halves_of(older, WORD_ENTRY, IA32_VMX_ENTRY_CTLS);
    assert_halves_of(older, WORD_SECONDARY, IA32_VMX_PROCBASED_CTLS2);
    assert_halves_of(newer, WORD_PIN, IA32_VMX_TRUE_PINBASED_CTLS);
    assert_halves_of(newer, WORD_PRIMARY, IA32_VMX_TRUE_PROCBASED_CTLS);
    assert_halves_of(newer, WORD_EXIT, IA32_VMX_TRUE_EXIT_CTLS);
    assert_halves_of(newer, WORD_ENTRY, IA32_VMX_TRUE_ENTRY_CTLS);
    assert_halves_of(newer, WORD_SECONDARY, IA32_VMX_PROCBASED_CTLS2);
}

/* The two newest words: each of the 64 bits may be 0. */
static void wide_words_have_no_halves(void **state)
{
    struct vmx_caps caps = labelled(BIT(55));
    (void)state;
    caps.value[IA32_VMX_PROCBASED_CTLS3] = UINT64_C(0x8000000100000002);
    caps.value[IA32_VMX_EXIT_CTLS2] = UINT64_C(0x4000000200000001);
    assert_int_equal(control_allowed(&caps, WORD_TERTIARY).must, 0);
    assert_int_equal(control_allowed(&caps, WORD_TERTIARY).may, UINT64_C(0x8000000100000002));
    assert_int_equal(control_allowed(&caps, WORD_EXIT2).must, 0);
    assert_int_equal(control_allowed(&caps, WORD_EXIT2).may, UINT64_C(0x4000000200000001));
    assert_true(control_supported(&caps, TERTIARY_ENABLE_HLAT));
    assert_false(control_supported(&caps, TERTIARY_LOADIWKEY_EXITING));
    assert_true(control_supported(&caps, EXIT2_SAVE_FRED));
    assert_false(control_supported(&caps, EXIT2_LOAD_FRED));
}

static struct control_words resolve(const struct profile *profile,
                                    const struct control_wish *wishes, unsigned count,
                                    unsigned unmet)
{
    struct control_words words;
    struct vmx_caps caps = profile_caps(profile);
    memset(&words, 0xa5, sizeof words);
    assert_int_equal(control_resolve(&caps, wishes, count, &words), unmet);
    return words;
}

static void assert_words(struct control_words words, const uint64_t expected[CONTROL_WORDS])
{
    for (unsigned word = 0; word < CONTROL_WORDS; word++)
        assert_int_equal(words.value[word], expected[word]);
}

/* SDM Vol 3D §A.2 "Reserved Controls and Default Settings": the default1 class. */
static void nothing_wished_is_the_least_allowed(void **state)
{
    static const uint64_t older[CONTROL_WORDS] = {[WORD_PIN] = 0x16,
                                                  [WORD_PRIMARY] = 0x0401e172,
                                                  [WORD_EXIT] = 0x36dff,
                                                  [WORD_ENTRY] = 0x11ff};
    static const uint64_t newer[CONTROL_WORDS] = {[WORD_PIN] = 0x16,
                                                  [WORD_PRIMARY] = 0x04006172,
                                                  [WORD_EXIT] = 0x36dfb,
                                                  [WORD_ENTRY] = 0x11fb};
    (void)state;
    assert_words(resolve(&without_true, NULL, 0, 0), older);
    assert_words(resolve(&prescott, NULL, 0, 0), newer);
    assert_words(resolve(&sapphire_rapids, NULL, 0, 0), newer);
}

static void default1_controls_are_off_only_with_true_msrs(void **state)
{
    static const struct control_wish wishes[] = {
        {PRIMARY_CR3_LOAD_EXITING, CONTROL_FORBIDDEN},
        {PRIMARY_CR3_STORE_EXITING, CONTROL_FORBIDDEN},
        {EXIT_SAVE_DEBUG_CONTROLS, CONTROL_FORBIDDEN},
        {ENTRY_LOAD_DEBUG_CONTROLS, CONTROL_FORBIDDEN},
        {PRIMARY_HLT_EXITING, CONTROL_FORBIDDEN},
    };
    struct control_words words = resolve(&without_true, wishes, ARRAY_COUNT(wishes), 4);
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        assert_true(control_is_set(&words, wishes[i].control));
        assert_false(control_wish_met(&words, wishes[i]));
    }
    assert_true(control_wish_met(&words, wishes[4]));
    words = resolve(&penryn, wishes, ARRAY_COUNT(wishes), 0);
    for (unsigned i = 0; i < ARRAY_COUNT(wishes); i++) {
        assert_false(control_is_set(&words, wishes[i].control));
        assert_true(control_wish_met(&words, wishes[i]));
    }
}

/* Penryn has secondary controls, but no EPT among them. */
static void required_and_wanted_controls(void **state)
{
    static const struct control_wish wishes[] = {
        {PRIMARY_HLT_EXITING, CONTROL_REQUIRED},
        {PRIMARY_ACTIVATE_SECONDARY_CONTROLS, CONTROL_WANTED},
        {SECONDARY_ENABLE_EPT, CONTROL_REQUIRED},
        {SECONDARY_ENABLE_VPID, CONTROL_WANTED},
        {SECONDARY_WBINVD_EXITING, CONTROL_WANTED},
        {TERTIARY_ENABLE_HLAT, CONTROL_REQUIRED},
        {EXIT2_SAVE_FRED, CONTROL_WANTED},
    };
    static const uint64_t expected[CONTROL_WORDS] = {[WORD_PIN] = 0x16,
                                                     [WORD_PRIMARY] = 0x840061f2,
                                                     [WORD_SECONDARY] = 0x40,
                                                     [WORD_EXIT] = 0x36dfb,
                                                     [WORD_ENTRY] = 0x11fb};
    struct control_words words = resolve(&penryn, wishes, ARRAY_COUNT(wishes), 2);
    (void)state;
    assert_words(words, expected);
    assert_true(control_wish_met(&words, wishes[0]));
    assert_true(control_wish_met(&words, wishes[1]));
    assert_false(control_wish_met(&words, wishes[2]));
    assert_false(control_wish_met(&words, wishes[3]));
    assert_true(control_wish_met(&words, wishes[4]));
    assert_false(control_wish_met(&words, wishes[5]));
    assert_false(control_wish_met(&words, wishes[6]));
}

static void asking_for_both_settings_fails(void **state)
{
    static const struct control_wish wishes[] = {
        {PRIMARY_HLT_EXITING, CONTROL_FORBIDDEN},
        {PRIMARY_HLT_EXITING, CONTROL_REQUIRED},
    };
    (void)state;
    (void)resolve(&skylake_x, wishes, ARRAY_COUNT(wishes), 1);
}

static void the_newest_words_are_resolved_too(void **state)
{
    static const struct control_wish wishes[] = {
        {PRIMARY_ACTIVATE_TERTIARY_CONTROLS, CONTROL_REQUIRED},
        {TERTIARY_VIRTUALIZE_IA32_SPEC_CTRL, CONTROL_REQUIRED},
        {TERTIARY_ENABLE_HLAT, CONTROL_WANTED},
        {EXIT_ACTIVATE_SECONDARY_CONTROLS, CONTROL_REQUIRED},
        {EXIT2_LOAD_IA32_SPEC_CTRL, CONTROL_REQUIRED},
    };
    static const uint64_t expected[CONTROL_WORDS] = {
        [WORD_PIN] = 0x16,      [WORD_PRIMARY] = 0x04026172,
        [WORD_TERTIARY] = 0x80, [WORD_EXIT] = 0x80036dfb,
        [WORD_EXIT2] = 4,       [WORD_ENTRY] = 0x11fb};
    (void)state;
    assert_words(resolve(&sapphire_rapids, wishes, ARRAY_COUNT(wishes), 0), expected);
    (void)resolve(&tigerlake, wishes, ARRAY_COUNT(wishes), 4);
}

/* On a processor that allows everything, each control sets only its own bit. */
static void each_row_sets_its_own_bit(void **state)
{
    struct vmx_caps caps = {0};
    (void)state;
    caps.value[IA32_VMX_BASIC] = BIT(55);
    caps.value[IA32_VMX_TRUE_PINBASED_CTLS] = BITS(63, 32);
    caps.value[IA32_VMX_TRUE_PROCBASED_CTLS] = BITS(63, 32);
    caps.value[IA32_VMX_TRUE_EXIT_CTLS] = BITS(63, 32);
    caps.value[IA32_VMX_TRUE_ENTRY_CTLS] = BITS(63, 32);
    caps.value[IA32_VMX_PROCBASED_CTLS2] = BITS(63, 32);
    caps.value[IA32_VMX_PROCBASED_CTLS3] = UINT64_MAX;
    caps.value[IA32_VMX_EXIT_CTLS2] = UINT64_MAX;
    for (unsigned i = 0; i < CONTROL_COUNT; i++) {
        struct control_wish wish = {(enum control)i, CONTROL_REQUIRED};
        struct control_words words;
        uint64_t expected[CONTROL_WORDS] = {0};
        assert_true(control_supported(&caps, wish.control));
        assert_int_equal(control_resolve(&caps, &wish, 1, &words), 0);
        expected[control_table[i].word] = BIT(control_table[i].bit);
        assert_words(words, expected);
        assert_true(control_is_set(&words, wish.control));
        for (unsigned j = 0; j < CONTROL_COUNT; j++)
            assert_int_equal(control_is_set(&words, (enum control)j), j == i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_whole),
        cmocka_unit_test(bits_are_the_manuals),
        cmocka_unit_test(true_msrs_are_used_if_they_exist),
        cmocka_unit_test(wide_words_have_no_halves),
        cmocka_unit_test(nothing_wished_is_the_least_allowed),
        cmocka_unit_test(default1_controls_are_off_only_with_true_msrs),
        cmocka_unit_test(required_and_wanted_controls),
        cmocka_unit_test(asking_for_both_settings_fails),
        cmocka_unit_test(the_newest_words_are_resolved_too),
        cmocka_unit_test(each_row_sets_its_own_bit),
    };
    return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
