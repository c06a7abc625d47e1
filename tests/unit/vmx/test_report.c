/* Compares the lines about capabilities, controls, the VMCS and VM entries with docs/serial.md. */
#include "vmx/report.h"

#include <string.h>

#include "tests/unit/log_lines.h"
#include "tests/unit/profiles.h"
#include "vmx/exit_reason.h"

static const char *const want_halves[] = {
    "IA32_VMX_PINBASED_CTLS",       "IA32_VMX_PROCBASED_CTLS",  "IA32_VMX_EXIT_CTLS",
    "IA32_VMX_ENTRY_CTLS",          "IA32_VMX_PROCBASED_CTLS2", "IA32_VMX_TRUE_PINBASED_CTLS",
    "IA32_VMX_TRUE_PROCBASED_CTLS", "IA32_VMX_TRUE_EXIT_CTLS",  "IA32_VMX_TRUE_ENTRY_CTLS",
};

static bool has_halves(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(want_halves); i++) {
        if (strcmp(want_halves[i], name) == 0)
            return true;
    }
    return false;
}

static void each_msr_has_a_line(void **state)
{
    (void)state;
    for (size_t p = 0; p < ARRAY_COUNT(profiles); p++) {
        struct vmx_caps caps = profile_caps(profiles[p]);
        report_caps(&caps, log_begin());
        log_parse();
        assert_int_equal(log_lines.count, profiles[p]->count);
        for (unsigned i = 0; i < log_lines.count; i++) {
            const struct profile_msr *msr = profile_find(profiles[p], (uint32_t)log_hex(i, "msr"));
            log_assert_keys(i, "caps", "msr name value ");
            assert_non_null(msr);
            assert_int_equal(log_hex(i, "value"), msr->value);
            assert_int_equal(log_find(i, "allowed0") != NULL, has_halves(log_text(i, "name")));
            assert_int_equal(log_find(i, "allowed1") != NULL, has_halves(log_text(i, "name")));
            if (has_halves(log_text(i, "name"))) {
                assert_int_equal(log_hex(i, "allowed0"), msr->value & 0xffffffff);
                assert_int_equal(log_hex(i, "allowed1"), msr->value >> 32);
            }
            if (i > 0)
                assert_true(log_hex(i, "msr") > log_hex(i - 1, "msr"));
        }
    }
}

static unsigned line_of(uint32_t msr)
{
    for (unsigned i = 0; i < log_lines.count; i++) {
        if (log_hex(i, "msr") == msr)
            return i;
    }
    fail_msg("no line for MSR 0x%x", (unsigned)msr);
    return 0;
}

static void msrs_are_taken_apart(void **state)
{
    struct vmx_caps caps = profile_caps(&haswell);
    (void)state;
    report_caps(&caps, log_begin());
    log_parse();
    assert_string_equal(log_text(line_of(0x480), "name"), "IA32_VMX_BASIC");
    assert_int_equal(log_decimal(line_of(0x480), "revision"), 0x2b);
    assert_int_equal(log_decimal(line_of(0x480), "region_size"), 4096);
    assert_int_equal(log_decimal(line_of(0x480), "memory_type"), 6);
    assert_int_equal(log_decimal(line_of(0x480), "true_controls"), 1);
    assert_int_equal(log_decimal(line_of(0x485), "cr3_targets"), 4);
    assert_int_equal(log_decimal(line_of(0x485), "injection_length_0"), 0);
    assert_int_equal(log_decimal(line_of(0x48a), "highest_index"), 26);
    assert_int_equal(log_decimal(line_of(0x48c), "walk_length_4"), 1);
    assert_int_equal(log_decimal(line_of(0x48c), "invvpid_single_context_retaining_globals"), 1);
    assert_int_equal(log_decimal(line_of(0x491), "eptp_switching"), 1);
    /* The line of an MSR has no parts of another MSR. */
    assert_null(log_find(line_of(0x486), "revision"));
    assert_int_equal(log_lines.at[line_of(0x486)].count, 3);
    assert_string_equal(log_text(line_of(0x486), "value"), "0x80000021");
}

static void each_wish_has_a_line(void **state)
{
    static const struct control_wish wishes[] = {
        {PRIMARY_HLT_EXITING, CONTROL_REQUIRED},
        {SECONDARY_ENABLE_EPT, CONTROL_REQUIRED},
        {SECONDARY_ENABLE_VPID, CONTROL_WANTED},
        {PRIMARY_CR3_LOAD_EXITING, CONTROL_FORBIDDEN},
        {PIN_EXTERNAL_INTERRUPT_EXITING, CONTROL_FORBIDDEN},
        {EXIT_ACTIVATE_SECONDARY_CONTROLS, CONTROL_WANTED},
    };
    static const struct {
        const char *field, *name, *want;
        uint64_t bit, granted;
    } expected[] = {
        {"PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS", "HLT_EXITING", "required", 7, 1},
        {"SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS", "ENABLE_EPT", "required", 1, 0},
        {"SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS", "ENABLE_VPID", "wanted", 5, 1},
        {"PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS", "CR3_LOAD_EXITING", "forbidden", 15, 0},
        {"PIN_BASED_VM_EXECUTION_CONTROLS", "EXTERNAL_INTERRUPT_EXITING", "forbidden", 0, 1},
        {"PRIMARY_VM_EXIT_CONTROLS", "ACTIVATE_SECONDARY_CONTROLS", "wanted", 31, 0},
    };
    const struct control_words words = {{
        [WORD_PRIMARY] = 0x8080,
        [WORD_SECONDARY] = 0x20,
    }};
    (void)state;
    report_controls(wishes, ARRAY_COUNT(wishes), &words, log_begin());
    log_parse();
    assert_int_equal(log_lines.count, ARRAY_COUNT(expected));
    for (unsigned i = 0; i < log_lines.count; i++) {
        log_assert_keys(i, "control", "field name bit want granted ");
        assert_string_equal(log_text(i, "field"), expected[i].field);
        assert_string_equal(log_text(i, "name"), expected[i].name);
        assert_int_equal(log_decimal(i, "bit"), expected[i].bit);
        assert_string_equal(log_text(i, "want"), expected[i].want);
        assert_int_equal(log_decimal(i, "granted"), expected[i].granted);
    }
}

static const char *answer(enum entry_outcome outcome, uint32_t number, uint64_t qualification)
{
    struct line *line = log_begin();
    line_begin(line, "verdict");
    report_answer(line, "processor", (struct entry_answer){outcome, number, qualification});
    line_end(line);
    log_parse();
    assert_true(log_lines.at[0].pair[0].quoted);
    return log_text(0, "processor");
}

/* The four ways an entry can end have different texts. */
static void answers_are_put_in_words(void **state)
{
    (void)state;
    assert_string_equal(answer(ENTRY_ENTERED, 7, 2), "entered");
    assert_string_equal(answer(ENTRY_FAIL_INVALID, 7, 2), "VMfailInvalid");
    assert_string_equal(
        answer(ENTRY_FAIL_VALID, 8, 2),
        "VMfailValid, VM-instruction error 8: VM entry with an invalid host-state field");
    assert_string_equal(
        answer(ENTRY_FAILURE_EXIT, 33, 4),
        "entry-failure exit, reason 33 ENTRY_FAILURE_GUEST_STATE, qualification 0x4");
}

/* The longest answers are not cut off. */
static void no_answer_is_too_long(void **state)
{
    (void)state;
    for (uint32_t number = 0; number < 64; number++) {
        const char *text = answer(ENTRY_FAIL_VALID, number, 0);
        const char *meaning = vm_instruction_error_text(number);
        assert_true(strlen(text) > strlen(meaning));
        assert_string_equal(text + strlen(text) - strlen(meaning), meaning);
    }
    for (uint32_t number = 0; number < 96; number++) {
        const char *text = answer(ENTRY_FAILURE_EXIT, number, UINT64_MAX);
        assert_string_equal(text + strlen(text) - 18, "0xffffffffffffffff");
    }
}

static void each_known_field_has_a_line(void **state)
{
    static struct vmcs_image image;
    (void)state;
    report_image(&image, log_begin());
    log_parse();
    assert_int_equal(log_lines.count, 0);

    image_set(&image, GUEST_RIP, UINT64_C(0xfffffffffffffff0));
    image_set(&image, VIRTUAL_PROCESSOR_IDENTIFIER, 1);
    image_set(&image, HOST_RIP, 0);
    image.value[FIELD_GUEST_RSP] = 5; /* not known */
    report_image(&image, log_begin());
    log_parse();
    assert_int_equal(log_lines.count, 3);
    for (unsigned i = 0; i < 3; i++)
        log_assert_keys(i, "vmcs", "field encoding value ");
    assert_string_equal(log_text(0, "field"), "VIRTUAL_PROCESSOR_IDENTIFIER");
    assert_int_equal(log_hex(0, "encoding"), 0);
    assert_int_equal(log_hex(0, "value"), 1);
    assert_string_equal(log_text(1, "field"), "GUEST_RIP");
    assert_int_equal(log_hex(1, "encoding"), 0x681e);
    assert_int_equal(log_hex(1, "value"), UINT64_C(0xfffffffffffffff0));
    assert_string_equal(log_text(2, "field"), "HOST_RIP");
    assert_int_equal(log_hex(2, "encoding"), 0x6c16);
    assert_int_equal(log_hex(2, "value"), 0);
}

static void a_whole_image_can_be_printed(void **state)
{
    static struct vmcs_image image;
    (void)state;
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        image_set(&image, field_at(i), i);
    report_image(&image, log_begin());
    log_parse();
    assert_int_equal(log_lines.count, FIELD_COUNT);
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        assert_int_equal(log_hex(i, "value"), i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_msr_has_a_line),
        cmocka_unit_test(msrs_are_taken_apart),
        cmocka_unit_test(each_wish_has_a_line),
        cmocka_unit_test(answers_are_put_in_words),
        cmocka_unit_test(no_answer_is_too_long),
        cmocka_unit_test(each_known_field_has_a_line),
        cmocka_unit_test(a_whole_image_can_be_printed),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
