/* What vmcs-audit prints of one input, in its three forms. */
#include <string.h>

#include "tests/unit/unit.h"
#include "tests/unit/vmcs_audit_fixture.h"
#include "tools/vmcs-audit/print.h"

static char printed[65536];

/* Audits a list of fields on a processor without tertiary controls, and prints it. */
static void print_list(const char *list, void (*print)(const struct report *, struct out *))
{
    struct vmx_caps caps = profile_caps("tigerlake");
    struct input input = parse_good(list, FORMAT_LIST);
    struct judgement judgement;
    struct out_buffer out;
    judge(&input, &caps, &judgement);
    out_buffer_init(&out, printed, sizeof printed);
    print(&(struct report){"vmcs-audit 1", "a\"b\\c\xe9\n", &input, &caps, "somewhere", &judgement},
          &out.out);
}

static void assert_printed(const char *text)
{
    if (!strstr(printed, text))
        fail_msg("`%s` is not in: %s", text, printed);
}

static void assert_not_printed(const char *text)
{
    if (strstr(printed, text))
        fail_msg("`%s` is in: %s", text, printed);
}

#define BROKEN  "GUEST_RFLAGS=0\n"
#define LACKING "GUEST_RFLAGS=2 TERTIARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS=0\n"
#define ANSWER  " EXIT_REASON=0x80000021 EXIT_QUALIFICATION=0\n"

static void test_text_says_all_of_a_finding(void **state)
{
    (void)state;
    print_list(BROKEN, print_text);
    assert_printed("list of fields, 1 field\n");
    assert_printed("Processor: somewhere; addresses of 40 physical and 48 linear bits\n");
    assert_printed("error: GUEST_RFLAGS_RESERVED (SDM Vol 3C, section 26.3.1.4)\n");
    assert_printed("    GUEST_RFLAGS = 0x0, at fault 0x2\n    rule: ");
    assert_printed("    fix:  ");
    assert_printed("1 error, 0 warnings; ");
    assert_printed("The processor will answer: entry-failure exit, reason 33");
    assert_not_printed("did answer");
    assert_not_printed("Not on this processor");
}

static void test_text_counts_what_was_not_asked(void **state)
{
    (void)state;
    print_list("GUEST_RFLAGS=2\n", print_text);
    assert_printed("0 errors, 0 warnings; ");
    assert_printed(" not: they need fields or memory that are not given\n");
    assert_printed("entered, as far as was asked\n");
}

static void test_text_compares_with_the_answer_of_the_input(void **state)
{
    (void)state;
    print_list("GUEST_RFLAGS=0" ANSWER, print_text);
    assert_printed("The processor did answer:  entry-failure exit, reason 33");
    assert_not_printed("(not the same)");
    print_list("GUEST_RFLAGS=2" ANSWER, print_text);
    assert_printed("(not the same)");
}

static void test_a_field_that_the_processor_lacks_is_not_audited(void **state)
{
    (void)state;
    print_list(LACKING, print_text);
    assert_printed("Not on this processor, and so not audited: "
                   "TERTIARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS\n");
    print_list(LACKING, print_json);
    assert_printed("\"lacks\": [\"TERTIARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS\"]");
}

static void test_lines_are_those_of_the_contract(void **state)
{
    (void)state;
    print_list("GUEST_RFLAGS=0" ANSWER, print_lines);
    assert_printed("audit: id=GUEST_RFLAGS_RESERVED sdm=26.3.1.4 field=GUEST_RFLAGS value=0x0 ");
    assert_printed(" failed=1 warnings=0\r\nverdict: processor=\"entry-failure exit");
    assert_printed(" agree=yes\r\n");
    print_list(BROKEN, print_lines);
    assert_printed("verdict: audit=\"entry-failure exit");
    assert_not_printed("agree=");
}

static void test_json_escapes_and_counts(void **state)
{
    (void)state;
    print_list("GUEST_RFLAGS=0" ANSWER, print_json);
    assert_printed(
        "{\"program\": \"vmcs-audit 1\", \"input\": {\"name\": \"a\\\"b\\\\c\\u00e9\\u000a\"");
    assert_printed("\"format\": \"list of fields\", \"vmcs_shown\": 1, \"fields\": 3}");
    assert_printed("\"lacks\": []}");
    assert_printed("\"id\": \"GUEST_RFLAGS_RESERVED\", \"kind\": \"error\", \"sdm\": \"26.3.1.4\", "
                   "\"field\": \"GUEST_RFLAGS\", \"encoding\": \"0x6820\", \"value\": \"0x0\", "
                   "\"bits\": \"0x2\"");
    assert_printed("}], \"errors\": 1, \"warnings\": 0, ");
    assert_printed("\"predicted\": \"entry-failure exit");
    assert_printed("\"answered\": \"entry-failure exit");
    print_list("GUEST_RFLAGS=2\n", print_json);
    assert_printed("\"findings\": [], \"errors\": 0");
    assert_not_printed("answered");
}

/* Every rule is either asked or not. */
static void test_every_rule_is_counted(void **state)
{
    (void)state;
    struct vmx_caps caps = profile_caps("corei5_lynnfield_750");
    struct input input = parse_good(BROKEN, FORMAT_LIST);
    struct judgement judgement;
    judge(&input, &caps, &judgement);
    assert_true(judgement.audit.checks > 0);
    assert_int_equal(judgement.audit.checks + judgement_not_asked(&judgement), AUDIT_RULES);
    assert_int_equal(judgement_errors(&judgement), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_says_all_of_a_finding),
        cmocka_unit_test(test_text_counts_what_was_not_asked),
        cmocka_unit_test(test_text_compares_with_the_answer_of_the_input),
        cmocka_unit_test(test_a_field_that_the_processor_lacks_is_not_audited),
        cmocka_unit_test(test_lines_are_those_of_the_contract),
        cmocka_unit_test(test_json_escapes_and_counts),
        cmocka_unit_test(test_every_rule_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
