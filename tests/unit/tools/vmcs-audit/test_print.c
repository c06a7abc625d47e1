/* Tests the output of vmcs-audit in its three formats. */
#include <string.h>

#include "tests/unit/tools/vmcs-audit/fixture.h"
#include "tests/unit/unit.h"
#include "tools/vmcs-audit/print.h"
#include "tools/vmcs-audit/unasked.h"

static char printed[65536];

/* Audits a list of fields for a processor without tertiary controls and prints the result. */
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
    assert_printed("Processor: somewhere; 40 physical and 48 linear address bits\n");
    assert_printed("error: GUEST_RFLAGS_RESERVED (SDM Vol 3C, section 26.3.1.4)\n");
    assert_printed("    GUEST_RFLAGS = 0x0, wrong bits 0x2\n    rule: ");
    assert_printed("    fix:  ");
    assert_printed("1 error, 0 warnings; ");
    assert_printed("Predicted answer of the processor: entry-failure exit, reason 33");
    assert_not_printed("Actual answer");
    assert_not_printed("this processor lacks");
}

static void test_text_counts_what_was_not_asked(void **state)
{
    (void)state;
    print_list("GUEST_RFLAGS=2\n", print_text);
    assert_printed("0 errors, 0 warnings; ");
    assert_printed(" rules, the input lacks fields or memory for ");
    assert_printed("entered (according to the checked rules)\n");
}

static void test_text_compares_with_the_answer_of_the_input(void **state)
{
    (void)state;
    print_list("GUEST_RFLAGS=0" ANSWER, print_text);
    assert_printed("Actual answer of the processor:    entry-failure exit, reason 33");
    assert_not_printed("(different)");
    print_list("GUEST_RFLAGS=2" ANSWER, print_text);
    assert_printed("(different)");
}

static void test_a_field_that_the_processor_lacks_is_not_audited(void **state)
{
    (void)state;
    print_list(LACKING, print_text);
    assert_printed("Not audited, because this processor lacks the fields: "
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

/* Returns the printed input that a rule needs, or "" if the rule is not listed. */
static const char *lacks_of(const char *list, enum audit_rule_id rule, bool *could_explain)
{
    static char words[1024];
    struct vmx_caps caps = profile_caps("tigerlake");
    struct input input = parse_good(list, FORMAT_LIST);
    struct judgement judgement;
    struct unasked unasked = {.rule = rule};
    struct out_buffer out;
    judge(&input, &caps, &judgement);
    out_buffer_init(&out, words, sizeof words);
    if (!unasked_next(&judgement, &caps, &unasked) || unasked.rule != rule)
        return "";
    unasked_print(&unasked, &out.out);
    *could_explain = unasked_could_explain(&judgement, &unasked);
    return words;
}

#define REFUSED(reason, qualification)                                                             \
    "EXIT_REASON=" reason " EXIT_QUALIFICATION=" qualification " "

static void test_says_what_a_rule_lacks(void **state)
{
    static const struct {
        const char *list, *lacks;
        enum audit_rule_id rule;
        bool could_explain;
    } tries[] = {
        {REFUSED("0x80000021", "0"), "GUEST_RFLAGS", RULE_GUEST_RFLAGS_RESERVED, true},
        {REFUSED("0x80000021", "0") "GUEST_RFLAGS=2", "", RULE_GUEST_RFLAGS_RESERVED, true},
        {REFUSED("0x80000021", "4"), "GUEST_RFLAGS", RULE_GUEST_RFLAGS_RESERVED, false},
        {REFUSED("0x80000021", "4"), "VMCS_LINK_POINTER", RULE_GUEST_LINK_ALIGNED, true},
        {REFUSED("0x80000021", "4"), "VMCS_LINK_POINTER, the address of the VMCS",
         RULE_GUEST_LINK_OWN, true},
        {REFUSED("0x80000021", "4") "VMCS_LINK_POINTER=0x5000", "the address of the VMCS",
         RULE_GUEST_LINK_OWN, true},
        {REFUSED("0x80000021", "4"), "VMCS_LINK_POINTER, memory", RULE_GUEST_LINK_REVISION, true},
        {REFUSED("0x80000021", "4") "VMCS_LINK_POINTER=0x5000", "memory at 0x5000",
         RULE_GUEST_LINK_REVISION, true},
        {REFUSED("0x80000021", "4") "VMCS_LINK_POINTER=0xffffffffffffffff", "",
         RULE_GUEST_LINK_REVISION, true},
        {REFUSED("0x80000022", "3") "VM_ENTRY_MSR_LOAD_COUNT=4 VM_ENTRY_MSR_LOAD_ADDRESS=0x7000",
         "memory at 0x7000", RULE_ENTRY_MSR_LOAD_ENTRY, true},
        /* The processor lacks the field and cannot check it. */
        {"PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS=0x20000", "", RULE_TERTIARY_RESERVED,
         false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        bool could_explain = false;
        const char *lacks = lacks_of(tries[i].list, tries[i].rule, &could_explain);
        if (strcmp(lacks, tries[i].lacks) != 0) {
            fail_msg("%s lacks `%s`, not `%s`", audit_rules[tries[i].rule].id, tries[i].lacks,
                     lacks);
        }
        assert_int_equal(could_explain, tries[i].could_explain && *lacks != '\0');
    }
}

/* A huge count of MSRs does not cause a long loop. */
static void test_asks_no_endless_list(void **state)
{
    (void)state;
    bool could_explain;
    assert_string_equal(
        lacks_of("VM_ENTRY_MSR_LOAD_COUNT=0xffffffff VM_ENTRY_MSR_LOAD_ADDRESS=0x7000",
                 RULE_ENTRY_MSR_LOAD_ENTRY, &could_explain),
        "memory at 0x7000");
}

#define UNEXPLAINED "\nThe processor refused the VM entry, and no checked rule explains it.\n"

static void test_text_lists_what_may_explain_a_refusal(void **state)
{
    (void)state;
    print_list("GUEST_RFLAGS=2" ANSWER, print_text);
    assert_printed(UNEXPLAINED);
    assert_printed("Unchecked rules that would explain it, and the input they need:\n    GUEST_");
    assert_printed("    GUEST_CR3_WIDTH: GUEST_CR3\n");
    assert_printed("more unchecked rules have another answer");
    assert_not_printed("    GUEST_RFLAGS_RESERVED");
    assert_not_printed("    HOST_CR3_WIDTH");
    print_list("GUEST_RFLAGS=0" ANSWER, print_text);
    assert_not_printed(UNEXPLAINED);
    print_list("GUEST_RFLAGS=2\n", print_text);
    assert_not_printed(UNEXPLAINED);
}

static void test_refuted_findings_are_told_apart(void **state)
{
    (void)state;
    print_list("PIN_BASED_VM_EXECUTION_CONTROLS=0xffffffff GUEST_RFLAGS=0" ANSWER, print_text);
    assert_printed("\nrefuted: PIN_RESERVED (SDM");
    assert_printed("    but:  the processor passed this check and failed a later one");
    assert_printed("\nerror: GUEST_RFLAGS_RESERVED (SDM");
    assert_printed("\n1 error, 0 warnings, 1 refuted; ");
    assert_not_printed("(different)");
    print_list("PIN_BASED_VM_EXECUTION_CONTROLS=0xffffffff GUEST_RFLAGS=0" ANSWER, print_json);
    assert_printed("\"id\": \"PIN_RESERVED\", \"kind\": \"refuted\"");
    assert_printed("\"errors\": 1, \"warnings\": 0, \"refuted\": 1, ");
}

static void test_json_tells_of_a_refusal(void **state)
{
    (void)state;
    print_list("GUEST_RFLAGS=2" ANSWER, print_json);
    assert_printed("\"refused\": true, \"answered\": \"entry-failure exit");
    assert_printed("\"unexplained\": true, \"not_asked\": [{\"id\": ");
    assert_printed("{\"id\": \"GUEST_CR3_WIDTH\", \"sdm\": \"26.3.1.1\", \"lacks\": \"GUEST_CR3\", "
                   "\"could_explain\": true}");
    assert_printed("\"lacks\": \"HOST_CR3\", \"could_explain\": false}");
    print_list("GUEST_RFLAGS=0" ANSWER, print_json);
    assert_printed("\"refused\": true, ");
    assert_printed("\"unexplained\": false}");
    print_list("GUEST_RFLAGS=0\n", print_json);
    assert_printed("\"refused\": false, \"unexplained\": false}");
}

static void test_a_rule_may_have_no_field(void **state)
{
    (void)state;
    print_list("entry.AFTER_MOV_SS=1 GUEST_RFLAGS=2\n", print_text);
    assert_printed("error: ENTRY_BLOCKED_BY_MOV_SS (SDM");
    print_list("entry.AFTER_MOV_SS=1 GUEST_RFLAGS=2\n", print_json);
    assert_printed("\"id\": \"ENTRY_BLOCKED_BY_MOV_SS\", \"kind\": \"error\", \"sdm\": \"26.1\", "
                   "\"value\": ");
}

/* The numbers of checked and unchecked rules add up. */
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
        cmocka_unit_test(test_says_what_a_rule_lacks),
        cmocka_unit_test(test_asks_no_endless_list),
        cmocka_unit_test(test_text_lists_what_may_explain_a_refusal),
        cmocka_unit_test(test_refuted_findings_are_told_apart),
        cmocka_unit_test(test_json_tells_of_a_refusal),
        cmocka_unit_test(test_a_rule_may_have_no_field),
        cmocka_unit_test(test_every_rule_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
