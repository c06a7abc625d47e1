/* Tests the parser of Trapline's serial log. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/tools/vmcs-audit/fixture.h"
#include "tests/unit/unit.h"
#include "tools/vmcs-audit/capabilities.h"

#define RIP(value) "vmcs: field=GUEST_RIP encoding=0x681e value=" value "\r\n"

static void test_reads_the_sample(void **state)
{
    (void)state;
    char *text = read_file("samples/trapline.log");
    struct input input = parse_good(text, FORMAT_AUTO);
    free(text);
    struct problem problem;
    struct judgement judgement;
    assert_int_equal(input.format, FORMAT_LOG);
    assert_int_equal(input.shown, 1);
    assert_int_equal(input_fields(&input), 143);
    assert_field(&input, HOST_RIP, 0x100800);
    assert_true(capabilities_check(&input.caps, &problem));
    assert_int_equal(input.caps.physical_bits, 40);
    assert_int_equal(input.caps.linear_bits, 48);
    assert_int_equal(input.caps.value[IA32_VMX_BASIC], 0x1d8100000000004);
    judge(&input, &input.caps, &judgement);
    assert_int_equal(judgement.audit.failed, 0);
}

static void test_passes_over_what_is_of_others(void **state)
{
    (void)state;
    struct input input =
        parse_good("  ISO   build/run.iso\nvmcs\nSeaBIOS: hello\n\x1b[2J\n"
                   "boot: trapline=0.1.0 cmdline=\"vmcs: field=1\"\r\n"
                   "exit: seq=1 why=\"a \\\" value=7\"\r\n"
                   "caps: msr=0x3a name=IA32_FEATURE_CONTROL value=0x5\r\n" RIP("0x5"),
                   FORMAT_AUTO);
    assert_field(&input, GUEST_RIP, 5);
    assert_false(capabilities_given(&input.caps));
}

/* Keys may be in any order. A key=value inside a quoted text does not count. */
static void test_reads_pairs_by_their_keys(void **state)
{
    (void)state;
    struct input input = parse_good("vmcs: note=\"x value=1 \\\" value=2\" value=0x3 later=4 "
                                    "field=GUEST_RIP\r\n",
                                    FORMAT_LOG);
    assert_field(&input, GUEST_RIP, 3);
}

/* A field name of a later version is found by its encoding. */
static void test_reads_a_field_by_its_encoding(void **state)
{
    (void)state;
    struct input input =
        parse_good("vmcs: field=GUEST_RIP_RENAMED encoding=0x681e value=0x7\n", FORMAT_LOG);
    assert_field(&input, GUEST_RIP, 7);
}

static void test_the_last_vmcs_counts(void **state)
{
    (void)state;
    struct input input = parse_good(
        "vmcs: field=GUEST_RSP encoding=0x681c value=0x9\r\n" RIP("0x1") RIP("0x2"), FORMAT_AUTO);
    assert_int_equal(input.shown, 2);
    assert_field(&input, GUEST_RIP, 2);
    assert_no_field(&input, GUEST_RSP);
}

static void test_another_boot_begins_anew(void **state)
{
    (void)state;
    struct input input =
        parse_good("boot: trapline=0.1.0\r\ncpu: physical_bits=39 linear_bits=48\r\n"
                   "caps: msr=0x480 name=IA32_VMX_BASIC value=0x1\r\n" RIP(
                       "0x1") "boot: trapline=0.1.0\r\n" RIP("0x2"),
                   FORMAT_AUTO);
    assert_int_equal(input.shown, 1);
    assert_int_equal(input.caps.physical_bits, 0);
    assert_false(capabilities_given(&input.caps));
}

static void test_says_where_and_what_is_wrong(void **state)
{
    (void)state;
    assert_bad("boot: trapline=0.1.0\r\n", FORMAT_AUTO, 0, "`vmcs:` lines");
    assert_bad("boot: x\nvmcs: field=GUEST_RIP\n", FORMAT_AUTO, 2, "expected `vmcs: field=");
    assert_bad("vmcs: value=0x1\n", FORMAT_AUTO, 1, "expected `vmcs: field=");
    assert_bad(RIP("0xg"), FORMAT_AUTO, 1, "expected `vmcs: field=");
    assert_bad("vmcs: field=NONE encoding=0x1 value=0x1\n", FORMAT_AUTO, 1, "found NONE");
    assert_bad("vmcs: field=GUEST_CS_SELECTOR value=0x10000\n", FORMAT_AUTO, 1,
               "fits into GUEST_CS_SELECTOR");
    assert_bad("\ncaps: msr=0x480 name=IA32_VMX_BASIC\n", FORMAT_AUTO, 2, "expected `caps: msr=");
    assert_bad("caps: name=IA32_VMX_BASIC value=0x1\n", FORMAT_AUTO, 1, "expected `caps: msr=");
}

#define VERDICT(words) "verdict: processor=\"" words "\" audit=\"entered\" agree=no\r\n" RIP("0x1")

static void assert_refusal(const char *text, enum entry_outcome outcome, uint32_t number,
                           uint64_t qualification)
{
    struct input input = parse_good(text, FORMAT_AUTO);
    assert_true(input.refused);
    assert_int_equal(input.refusal.outcome, outcome);
    assert_int_equal(input.refusal.number, number);
    assert_int_equal(input.refusal.qualification, qualification);
}

/* All texts that answer_print() writes for a failed VM entry. */
static void test_reads_how_the_processor_refused(void **state)
{
    (void)state;
    for (uint32_t number = 0; number <= 64; number++) {
        const struct entry_answer answers[] = {{ENTRY_FAIL_INVALID, 0, 0},
                                               {ENTRY_FAIL_VALID, number, 0},
                                               {ENTRY_FAILURE_EXIT, number, UINT64_MAX - number}};
        for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
            char text[400] = "verdict: processor=\"";
            struct out_buffer words;
            out_buffer_init(&words, text + strlen(text), 300);
            answer_print(answers[i], &words.out);
            strcat(text, "\" agree=no\n" RIP("0x1"));
            assert_refusal(text, answers[i].outcome, answers[i].number, answers[i].qualification);
        }
    }
    assert_false(parse_good(RIP("0x1"), FORMAT_AUTO).refused);
}

static void test_the_last_boot_and_verdict_count(void **state)
{
    (void)state;
    assert_refusal(VERDICT("VMfailInvalid") VERDICT("VMfailValid, VM-instruction error 8: x"),
                   ENTRY_FAIL_VALID, 8, 0);
    struct input input = parse_good(VERDICT("VMfailInvalid") "boot: x\r\n" RIP("0x1"), FORMAT_AUTO);
    assert_false(input.refused);
}

/* The verdict line counts, and not the exit reason of an earlier VM entry. */
static void test_the_verdict_is_the_answer(void **state)
{
    (void)state;
    struct vmx_caps caps = profile_caps("tigerlake");
    struct input input = parse_good(
        VERDICT(
            "VMfailValid, VM-instruction error 8: x") "vmcs: field=EXIT_REASON value=0x80000021\n"
                                                      "vmcs: field=EXIT_QUALIFICATION value=0\n",
        FORMAT_AUTO);
    struct judgement judgement;
    judge(&input, &caps, &judgement);
    assert_true(judgement.refused);
    assert_true(answer_equal(judgement.answer, (struct entry_answer){ENTRY_FAIL_VALID, 8, 0}));
    assert_true(judgement_unexplained(&judgement));
    input = parse_good(VERDICT("VMfailInvalid"), FORMAT_AUTO);
    judge(&input, &caps, &judgement);
    assert_true(judgement.refused);
    assert_int_equal(judgement.answer.outcome, ENTRY_FAIL_INVALID);
}

static void test_refuses_a_verdict_that_is_none(void **state)
{
    static const char *const bad[] = {
        "",
        "entered",
        "VMfailInvalid.",
        "VMfailValid, VM-instruction error : x",
        "VMfailValid, VM-instruction error 0x100000000: x",
        "entry-failure exit, reason 33",
        "entry-failure exit, reason 33 X",
        "entry-failure exit, reason 33 X, qualification ",
        "entry-failure exit, reason x X, qualification 0x0",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[200] = "boot: x\nverdict: processor=\"";
        strcat(strcat(text, bad[i]), "\"\n" RIP("0x1"));
        assert_bad(text, FORMAT_AUTO, 2, "expected `verdict: processor=");
    }
    assert_bad("verdict: agree=no\n", FORMAT_LOG, 1, "expected `verdict: processor=");
    assert_bad(RIP("0x1") "verdict: processor=\"VMfailInvalid\"", FORMAT_LOG, 2, "truncated");
}

/* A number without its last digits is still a number, so a line without an end is rejected. */
static void test_takes_no_line_without_an_end(void **state)
{
    (void)state;
    assert_bad("vmcs: field=GUEST_RIP encoding=0x681e value=0x1", FORMAT_AUTO, 1, "truncated");
    assert_bad(RIP("0x1") "caps: msr=0x480 name=IA32_VMX_BASIC value=0x1", FORMAT_AUTO, 2,
               "truncated");
}

static void test_survives_every_beginning(void **state)
{
    (void)state;
    char *text = read_file("samples/trapline.log");
    try_every_beginning(text, FORMAT_AUTO);
    free(text);
}

static void test_capabilities_have_to_be_complete(void **state)
{
    (void)state;
    struct vmx_caps whole = profile_caps("tigerlake"), caps;
    struct problem problem;
    for (unsigned i = 0; i < CAPS_MSRS; i++) {
        caps = whole;
        caps.known[i] = false;
        caps.value[i] = 0;
        bool needed = whole.known[i];
        assert_int_equal(capabilities_check(&caps, &problem), !needed);
        if (needed)
            assert_non_null(strstr(problem.text, "IA32_VMX_"));
    }
    caps = whole;
    caps.physical_bits = 0;
    assert_false(capabilities_check(&caps, &problem));
    assert_non_null(strstr(problem.text, "physical_bits"));
    caps = whole;
    caps.linear_bits = 64;
    assert_false(capabilities_check(&caps, &problem));
    assert_non_null(strstr(problem.text, "linear_bits"));
}

static void test_widths_that_are_none_are_not_taken(void **state)
{
    (void)state;
    struct vmx_caps caps;
    struct problem problem;
    assert_true(
        input_parse_caps(text_of("cpu: physical_bits=0x128 linear_bits=x\n"), &caps, &problem));
    assert_int_equal(caps.physical_bits, 0);
    assert_int_equal(caps.linear_bits, 0);
}

static bool read_even(void *context, uint32_t msr, uint64_t *value)
{
    ++*(unsigned *)context;
    *value = msr;
    return msr % 2 == 0;
}

static void test_reads_the_msrs_that_there_are(void **state)
{
    (void)state;
    struct vmx_caps caps = {0};
    unsigned asked = 0;
    capabilities_read(&caps, read_even, &asked);
    assert_int_equal(asked, CAPS_MSRS);
    assert_true(caps.known[IA32_VMX_BASIC]);
    assert_int_equal(caps.value[IA32_VMX_BASIC], 0x480);
    assert_false(caps.known[IA32_VMX_PINBASED_CTLS]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_the_sample),
        cmocka_unit_test(test_passes_over_what_is_of_others),
        cmocka_unit_test(test_reads_pairs_by_their_keys),
        cmocka_unit_test(test_reads_a_field_by_its_encoding),
        cmocka_unit_test(test_the_last_vmcs_counts),
        cmocka_unit_test(test_another_boot_begins_anew),
        cmocka_unit_test(test_says_where_and_what_is_wrong),
        cmocka_unit_test(test_reads_how_the_processor_refused),
        cmocka_unit_test(test_the_last_boot_and_verdict_count),
        cmocka_unit_test(test_the_verdict_is_the_answer),
        cmocka_unit_test(test_refuses_a_verdict_that_is_none),
        cmocka_unit_test(test_takes_no_line_without_an_end),
        cmocka_unit_test(test_survives_every_beginning),
        cmocka_unit_test(test_capabilities_have_to_be_complete),
        cmocka_unit_test(test_widths_that_are_none_are_not_taken),
        cmocka_unit_test(test_reads_the_msrs_that_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
