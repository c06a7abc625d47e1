/* Tests the parser of KVM dumps. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/tools/vmcs-audit/fixture.h"
#include "tests/unit/unit.h"

static struct judgement judge_on_tigerlake(const struct input *input)
{
    struct vmx_caps caps = profile_caps("tigerlake");
    struct judgement judgement;
    judge(input, &caps, &judgement);
    return judgement;
}

static void test_reads_every_line_of_a_new_kernel(void **state)
{
    (void)state;
    char *text = read_file("samples/kvm-6.txt");
    struct input input = parse_good(text, FORMAT_AUTO);
    free(text);
    assert_int_equal(input.format, FORMAT_KVM);
    assert_int_equal(input.shown, 1);
    assert_field(&input, GUEST_CR0, 0x80050033);
    assert_field(&input, CR0_GUEST_HOST_MASK, 0xfffffffffffffff7);
    assert_field(&input, GUEST_CR4, 0x1726b0);
    assert_field(&input, CR4_READ_SHADOW, 0x170630);
    assert_field(&input, GUEST_CR3, 0x2a1c001);
    assert_field(&input, GUEST_PDPTE3, 0);
    assert_field(&input, GUEST_RSP, 0xffffb5d14009bd88);
    assert_field(&input, GUEST_RIP, 0xffffffff8f07a2c4);
    assert_field(&input, GUEST_RFLAGS, 0x46);
    assert_field(&input, GUEST_DR7, 0x400);
    assert_field(&input, GUEST_IA32_SYSENTER_ESP, 0xfffffe0000003000);
    assert_field(&input, GUEST_IA32_SYSENTER_CS, 0x10);
    assert_field(&input, GUEST_IA32_SYSENTER_EIP, 0xffffffff8f801570);
    assert_field(&input, GUEST_CS_ACCESS_RIGHTS, 0xa09b);
    assert_field(&input, GUEST_FS_BASE, 0x7f1c2e5d9740);
    assert_field(&input, GUEST_GDTR_LIMIT, 0x7f);
    assert_field(&input, GUEST_GDTR_BASE, 0xfffffe0000001000);
    assert_field(&input, GUEST_TR_LIMIT, 0x4087);
    assert_field(&input, GUEST_IA32_EFER, 0xd01);
    assert_field(&input, GUEST_IA32_PAT, 0x407050600070106);
    assert_field(&input, GUEST_INTERRUPTIBILITY_STATE, 0);
    assert_field(&input, HOST_RIP, 0xffffffffc0e41f60);
    assert_field(&input, HOST_RSP, 0xffffa0c98157bc58);
    assert_field(&input, HOST_TR_SELECTOR, 0x40);
    assert_field(&input, HOST_CR3, 0x10e2f6004);
    assert_field(&input, HOST_IA32_SYSENTER_EIP, 0xffffffffa2001670);
    assert_field(&input, HOST_IA32_EFER, 0xd01);
    assert_field(&input, PIN_BASED_VM_EXECUTION_CONTROLS, 0x7f);
    assert_field(&input, PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS, 0xb5a06dfa);
    assert_field(&input, SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS, 0x21217aa);
    assert_field(&input, TERTIARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS, 0);
    assert_field(&input, VM_ENTRY_CONTROLS, 0xd3ff);
    assert_field(&input, PRIMARY_VM_EXIT_CONTROLS, 0x2befff);
    assert_field(&input, EXIT_REASON, 0x80000021);
    assert_field(&input, TPR_THRESHOLD, 0);
    assert_field(&input, VIRTUAL_APIC_ADDRESS, 0x1130f4000);
    assert_field(&input, EPT_POINTER, 0x10a3d205e);
    assert_field(&input, PLE_WINDOW, 0x1000);
    assert_field(&input, VIRTUAL_PROCESSOR_IDENTIFIER, 1);
    assert_no_field(&input, VMCS_LINK_POINTER);
}

static void test_reads_an_old_kernel(void **state)
{
    (void)state;
    char *text = read_file("samples/kvm-4.txt");
    struct input input = parse_good(text, FORMAT_AUTO);
    free(text);
    assert_no_field(&input, GUEST_PDPTE0);
    assert_field(&input, GUEST_IA32_EFER, 0xd01);
    assert_field(&input, GUEST_IA32_PAT, 0x407050600070106);
    assert_field(&input, HOST_IA32_PAT, 0x407050600070106);
    assert_field(&input, SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS, 0xaa);
    assert_int_equal(judge_on_tigerlake(&input).audit.failed, 0);
}

static void test_names_the_broken_rule(void **state)
{
    (void)state;
    char *text = read_file("samples/kvm-6.txt");
    replace(text, "RFLAGS=0x00000046", "RFLAGS=0x00000044");
    struct input input = parse_good(text, FORMAT_AUTO);
    free(text);
    struct judgement judgement = judge_on_tigerlake(&input);
    assert_int_equal(judgement_errors(&judgement), 1);
    assert_true(has_finding(&judgement, RULE_GUEST_RFLAGS_RESERVED));
    assert_true(judgement.refused);
    assert_true(answer_equal(judgement.answer, audit_predict(&judgement.audit)));
}

/* The VMCS has the processor's answer only if the VM entry failed while loading guest state. */
static void test_takes_no_exit_for_an_answer(void **state)
{
    (void)state;
    char *text = read_file("samples/kvm-6.txt");
    replace(text, "reason=80000021", "reason=00000030");
    struct input input = parse_good(text, FORMAT_AUTO);
    free(text);
    assert_false(judge_on_tigerlake(&input).refused);
}

#define DUMP                                                                                       \
    "*** Guest State ***\nRFLAGS=0x00000002\n*** Control State ***\n"                              \
    "reason=00000030 qualification=0000000000000000\n"
#define QEMU(number) "qemu[1]: KVM: entry failed, hardware error " number "\n"

/* A dump lacks the VM-instruction error; QEMU prints it after the dump. */
static void test_takes_the_instruction_error_from_qemu(void **state)
{
    (void)state;
    struct input input = parse_good(DUMP QEMU("0x7"), FORMAT_KVM);
    assert_true(input.refused);
    assert_true(answer_equal(input.refusal, (struct entry_answer){ENTRY_FAIL_VALID, 7, 0}));
    assert_field(&input, GUEST_RFLAGS, 2);
    assert_false(parse_good(QEMU("0x7") DUMP, FORMAT_KVM).refused);
    assert_false(parse_good(DUMP QEMU("0x7") DUMP, FORMAT_KVM).refused);
    assert_false(parse_good(DUMP QEMU("0x80000021"), FORMAT_KVM).refused);
    assert_false(parse_good(DUMP QEMU("0x100000007"), FORMAT_KVM).refused);
    assert_false(parse_good(DUMP QEMU("none"), FORMAT_KVM).refused);
}

/* The processor passed all checks before the one that failed. */
static void test_an_answer_refutes_what_is_checked_before(void **state)
{
    static const char list[] =
        "PIN_BASED_VM_EXECUTION_CONTROLS=0xffffffff HOST_CR3=0xf000000000000000 "
        "GUEST_RFLAGS=0 EXIT_QUALIFICATION=1 EXIT_REASON=";
    static const struct {
        const char *reason;
        unsigned refuted;
    } tries[] = {{"0x80000021", 2}, {"0x80000022", 3}, {"0x80000029", 0}, {"0x21", 0}};
    (void)state;
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        char text[300] = "";
        strcat(strcat(text, list), tries[i].reason);
        struct input input = parse_good(text, FORMAT_LIST);
        struct judgement judgement = judge_on_tigerlake(&input);
        assert_int_equal(judgement.audit.failed - judgement.audit.warnings, 3);
        assert_int_equal(judgement.refuted_count, tries[i].refuted);
        assert_int_equal(judgement_errors(&judgement), 3 - tries[i].refuted);
        assert_string_equal(judgement_kind(&judgement, 0), tries[i].refuted ? "refuted" : "error");
        enum entry_outcome outcome = tries[i].refuted == 0   ? ENTRY_FAIL_VALID
                                     : tries[i].refuted == 2 ? ENTRY_FAILURE_EXIT
                                                             : ENTRY_ENTERED;
        assert_int_equal(judgement_predict(&judgement).outcome, outcome);
    }
}

static void test_a_refusal_is_explained_by_the_same_answer(void **state)
{
    static const struct {
        const char *list;
        bool unexplained;
    } tries[] = {
        {"GUEST_RFLAGS=0", false},
        {"GUEST_RFLAGS=2", false},
        {"GUEST_RFLAGS=0 EXIT_REASON=0x80000021 EXIT_QUALIFICATION=0", false},
        {"GUEST_RFLAGS=2 EXIT_REASON=0x80000021 EXIT_QUALIFICATION=0", true},
        {"GUEST_RFLAGS=0 EXIT_REASON=0x80000021 EXIT_QUALIFICATION=4", true},
        {"GUEST_RFLAGS=0 EXIT_REASON=0x80000022 EXIT_QUALIFICATION=1", true},
        {"HOST_RSP=8 EXIT_REASON=0x80000021 EXIT_QUALIFICATION=0", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        struct input input = parse_good(tries[i].list, FORMAT_LIST);
        struct judgement judgement = judge_on_tigerlake(&input);
        assert_int_equal(judgement_unexplained(&judgement), tries[i].unexplained);
    }
}

static void test_efer_with_a_remark_is_not_the_field(void **state)
{
    (void)state;
    struct input input = parse_good("*** Guest State ***\n"
                                    "EFER= 0x0000000000000d01 (effective)\n"
                                    "PAT = 0x0007040600070406\n",
                                    FORMAT_KVM);
    assert_no_field(&input, GUEST_IA32_EFER);
    assert_field(&input, GUEST_IA32_PAT, 0x0007040600070406);
}

static void test_takes_quoted_and_wrapped_mail(void **state)
{
    (void)state;
    struct input input =
        parse_good("> > *** Guest State ***\n"
                   "> > CR0: actual=0x0000000080000031, shadow=0x00000000e0000011,\n"
                   "> > gh_mask=fffffffffffffff7\n"
                   "> > Sysenter RSP=0000000000000f80\n"
                   "> > CS:RIP=0050:0000000000002810\n"
                   "> > IDTR:                           limit=0x000001ff,\n"
                   "> > base=0x0000000000003800\n",
                   FORMAT_AUTO);
    assert_field(&input, CR0_GUEST_HOST_MASK, 0xfffffffffffffff7);
    assert_field(&input, GUEST_IA32_SYSENTER_CS, 0x50);
    assert_field(&input, GUEST_IA32_SYSENTER_EIP, 0x2810);
    assert_field(&input, GUEST_IDTR_BASE, 0x3800);
    assert_no_field(&input, GUEST_RSP);
    assert_no_field(&input, GUEST_RIP);
}

static void test_takes_controls_of_a_kernel_with_more_words(void **state)
{
    (void)state;
    struct input input =
        parse_good("*** Guest State ***\r\n"
                   "S_CET = 0x0000000000000001, SSP = 0x0000000000002000, "
                   "SSP TABLE = 0x0000000000003000\r\n"
                   "*** Control State ***\r\n"
                   "ExitControls=0xc02befff SecondaryExitControls=0x0000000000000008\r\n"
                   "APIC-access addr = 0x00000000fee00000 virt-APIC addr = 0x0000000000004000\r\n",
                   FORMAT_AUTO);
    assert_field(&input, GUEST_IA32_S_CET, 1);
    assert_field(&input, GUEST_SSP, 0x2000);
    assert_field(&input, GUEST_IA32_INTERRUPT_SSP_TABLE_ADDR, 0x3000);
    assert_field(&input, PRIMARY_VM_EXIT_CONTROLS, 0xc02befff);
    assert_field(&input, SECONDARY_VM_EXIT_CONTROLS, 8);
    assert_field(&input, APIC_ACCESS_ADDRESS, 0xfee00000);
    assert_field(&input, VIRTUAL_APIC_ADDRESS, 0x4000);
}

static void test_the_last_of_several_dumps_counts(void **state)
{
    (void)state;
    struct input input = parse_good("*** Guest State ***\n"
                                    "CR3 = 0x0000000000001000\nRFLAGS=0x00000002\n"
                                    "*** Host State ***\nCR3=0000000000005000\n"
                                    "*** Guest State ***\n"
                                    "CR3 = 0x0000000000002000\n",
                                    FORMAT_AUTO);
    assert_int_equal(input.shown, 2);
    assert_field(&input, GUEST_CR3, 0x2000);
    assert_no_field(&input, GUEST_RFLAGS);
    assert_no_field(&input, HOST_CR3);
}

/* A number with missing digits, and one that is too large for its field. */
static void test_takes_no_broken_number(void **state)
{
    (void)state;
    struct input input = parse_good("*** Guest State ***\n"
                                    "CR3 = 0x000000000000100\n"
                                    "RSP = 0x000000000000100g  RIP = 0x00000000000010000\n"
                                    "CS:   sel=0x10010, attr=0x0a09b, limit=0xffff\n"
                                    "DR7 = 0x0000000000000400",
                                    FORMAT_AUTO);
    assert_no_field(&input, GUEST_CR3);
    assert_no_field(&input, GUEST_RSP);
    assert_no_field(&input, GUEST_RIP);
    assert_no_field(&input, GUEST_CS_SELECTOR);
    assert_field(&input, GUEST_CS_ACCESS_RIGHTS, 0xa09b);
    assert_no_field(&input, GUEST_CS_LIMIT);
    assert_field(&input, GUEST_DR7, 0x400);
}

static void test_labels_count_in_their_part_only(void **state)
{
    (void)state;
    struct input input = parse_good("CR3 = 0x0000000000001000\n"
                                    "*** Guest State ***\nPinBased=0x00000016\n"
                                    "XCR3 = 0x0000000000001000\nDR7 = 0x0000000000000400\n",
                                    FORMAT_AUTO);
    assert_int_equal(input_fields(&input), 1);
}

static void test_says_what_it_expected(void **state)
{
    (void)state;
    assert_bad("", FORMAT_KVM, 0, "*** Guest State ***");
    assert_bad("kvm: nothing here\n", FORMAT_KVM, 0, "dump_invalid_vmcs=1");
    assert_bad("*** Guest State ***\n", FORMAT_AUTO, 0, "dump_invalid_vmcs=1");
}

static void test_survives_every_beginning(void **state)
{
    (void)state;
    char *new_text = read_file("samples/kvm-6.txt"), *old_text = read_file("samples/kvm-4.txt");
    try_every_beginning(new_text, FORMAT_KVM);
    try_every_beginning(old_text, FORMAT_AUTO);
    free(new_text);
    free(old_text);
}

/* In a truncated dump, no field has another value than in the complete dump. */
static void test_a_cut_dump_has_no_wrong_value(void **state)
{
    (void)state;
    char *text = read_file("samples/kvm-6.txt");
    struct input whole = parse_good(text, FORMAT_KVM);
    for (size_t length = 0; length < strlen(text); length++) {
        struct input input;
        struct problem problem;
        (void)parse_bytes(text, length, FORMAT_KVM, &input, &problem);
        for (unsigned i = 0; i < FIELD_COUNT; i++) {
            if (input.image.known[i])
                assert_int_equal(input.image.value[i], whole.image.value[i]);
        }
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_every_line_of_a_new_kernel),
        cmocka_unit_test(test_reads_an_old_kernel),
        cmocka_unit_test(test_names_the_broken_rule),
        cmocka_unit_test(test_takes_no_exit_for_an_answer),
        cmocka_unit_test(test_takes_the_instruction_error_from_qemu),
        cmocka_unit_test(test_an_answer_refutes_what_is_checked_before),
        cmocka_unit_test(test_a_refusal_is_explained_by_the_same_answer),
        cmocka_unit_test(test_efer_with_a_remark_is_not_the_field),
        cmocka_unit_test(test_takes_quoted_and_wrapped_mail),
        cmocka_unit_test(test_takes_controls_of_a_kernel_with_more_words),
        cmocka_unit_test(test_the_last_of_several_dumps_counts),
        cmocka_unit_test(test_takes_no_broken_number),
        cmocka_unit_test(test_labels_count_in_their_part_only),
        cmocka_unit_test(test_says_what_it_expected),
        cmocka_unit_test(test_survives_every_beginning),
        cmocka_unit_test(test_a_cut_dump_has_no_wrong_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
