/* Tests the parser of lists of fields. */
#include <stdlib.h>

#include "tests/unit/tools/vmcs-audit/fixture.h"
#include "tests/unit/unit.h"

static void test_reads_names_encodings_and_controls(void **state)
{
    (void)state;
    struct input input =
        parse_good("# comment\n"
                   "GUEST_RIP=0x1000   GUEST_CR3 = 4096 # another\r\n"
                   "\t0x6820=0x2\n"
                   "\n"
                   "VM_ENTRY_CONTROLS=0x11fb control.IA_32E_MODE_GUEST=1\n"
                   "control.ENTRY.LOAD_IA32_PAT = 1\n"
                   "vmcs.GUEST_CR4=0x2000 vmcs.GUEST_CR4+=0x20 GUEST_RSP=0xfff GUEST_RSP-=0xf",
                   FORMAT_AUTO);
    assert_int_equal(input.format, FORMAT_LIST);
    assert_int_equal(input_fields(&input), 6);
    assert_field(&input, GUEST_RIP, 0x1000);
    assert_field(&input, GUEST_CR3, 0x1000);
    assert_field(&input, GUEST_RFLAGS, 2);
    assert_field(&input, VM_ENTRY_CONTROLS, 0x53fb);
    assert_field(&input, GUEST_CR4, 0x2020);
    assert_field(&input, GUEST_RSP, 0xff0);
}

/* The options of a Trapline command line that change a VM entry are a valid list. */
static void test_reads_what_precedes_the_entry(void **state)
{
    (void)state;
    struct input input = parse_good("vmcs.GUEST_RIP=1 entry.AFTER_MOV_SS=1\n", FORMAT_LIST);
    struct vmx_caps caps = profile_caps("tigerlake");
    struct judgement judgement;
    judge(&input, &caps, &judgement);
    assert_true(has_finding(&judgement, RULE_ENTRY_BLOCKED_BY_MOV_SS));
    assert_bad("entry.AFTER_MOV_SS=2\n", FORMAT_LIST, 1, "expected entry.AFTER_MOV_SS=0 or =1");
}

static void test_the_last_value_counts(void **state)
{
    (void)state;
    struct input input = parse_good("GUEST_RIP=1\nGUEST_RIP=2\n", FORMAT_LIST);
    assert_field(&input, GUEST_RIP, 2);
}

static void test_reads_the_sample(void **state)
{
    (void)state;
    char *text = read_file("samples/list.txt");
    struct input input = parse_good(text, FORMAT_AUTO);
    assert_field(&input, VIRTUAL_PROCESSOR_IDENTIFIER, 1);
    assert_field(&input, PRIMARY_VM_EXIT_CONTROLS, 0x36ffb);
    try_every_beginning(text, FORMAT_LIST);
    free(text);
}

static void test_says_where_and_what_is_wrong(void **state)
{
    static const struct {
        const char *text;
        size_t line;
        const char *words;
    } bad[] = {
        {"", 0, "found none of them"},
        {"# only a comment\n", 0, "found none of them"},
        {"GUEST_RIP\n", 1, "expected FIELD=value"},
        {"GUEST_RIP=1\n\nGUEST_RSP=\n", 3, "expected FIELD=value"},
        {"=1\n", 1, "expected FIELD=value"},
        {"GUEST_RIP 1\n", 1, "expected FIELD=value"},
        {"GUEST_NOTHING=1\n", 1, "GUEST_NOTHING"},
        {"0x6821=1\n", 1, "0x6821"},
        {"0x16820=1\n", 1, "0x16820"},
        {"GUEST_RIP=1h\n", 1, "expected GUEST_RIP=<number"},
        {"GUEST_RIP=0x10000000000000000\n", 1, "expected GUEST_RIP=<number"},
        {"GUEST_CS_SELECTOR=0x10000\n", 1, "0xffff"},
        {"control.HLT_EXITING=1\n", 1,
         "PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS has no value to change: "},
        {"GUEST_RSP+=0x10\n", 1, "GUEST_RSP has no value to change"},
        {"VM_ENTRY_CONTROLS=0\ncontrol.IA_32E_MODE_GUEST=2\n", 2, "=0 or =1"},
        {"VM_ENTRY_CONTROLS=0\ncontrol.LOAD_IA32_PAT=1\n", 2, "control.ENTRY.LOAD_IA32_PAT"},
        {"control.NOTHING=1\n", 1, "NOTHING"},
        {"\x1b[31m\x01=1\n", 1, "?[31m?"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_bad(bad[i].text, FORMAT_LIST, bad[i].line, bad[i].words);
}

/* The message suggests a field for a similar name, but not for a very different name or a
 * number. */
static void test_asks_back_what_may_be_meant(void **state)
{
    (void)state;
    assert_bad("GUEST_RFLAG=2\n", FORMAT_LIST, 1, "no field GUEST_RFLAG (GUEST_RFLAGS?);");
    assert_bad("GUEST_RRFLAGS=2\n", FORMAT_LIST, 1, "no field GUEST_RRFLAGS (GUEST_RFLAGS?);");
    assert_bad("guest_rflags=2\n", FORMAT_LIST, 1, "(GUEST_RFLAGS?)");
    assert_bad("vmcs.HOST_ES_SELECTER=8\n", FORMAT_LIST, 1, "(HOST_ES_SELECTOR?)");
    assert_bad("GEUST_CS_ACESS_RIGHT=1\n", FORMAT_LIST, 1, "(GUEST_CS_ACCESS_RIGHTS?)");
    assert_bad("RFLAGS=2\n", FORMAT_LIST, 1, "no field RFLAGS;");
    assert_bad("GUEST_NOTHING=1\n", FORMAT_LIST, 1, "no field GUEST_NOTHING;");
    assert_bad("HLT_EXITING=1\n", FORMAT_LIST, 1, "no field HLT_EXITING;");
    assert_bad("0x6821=1\n", FORMAT_LIST, 1, "no field 0x6821;");
    assert_bad("GUEST_RFLAGSGUEST_RFLAGSGUEST_RFLAGSGUEST_RFLAGSGUEST_RFLAGSGUEST_RFLAGS=1\n",
               FORMAT_LIST, 1, "GUEST_RFLAGS;");
}

static void test_refuses_words_longer_than_any_name(void **state)
{
    (void)state;
    char text[3000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = 'A';
    text[sizeof text - 1] = '\0';
    text[1500] = '=';
    assert_bad(text, FORMAT_LIST, 1, "expected FIELD=value");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_names_encodings_and_controls),
        cmocka_unit_test(test_reads_what_precedes_the_entry),
        cmocka_unit_test(test_the_last_value_counts),
        cmocka_unit_test(test_reads_the_sample),
        cmocka_unit_test(test_says_where_and_what_is_wrong),
        cmocka_unit_test(test_asks_back_what_may_be_meant),
        cmocka_unit_test(test_refuses_words_longer_than_any_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
