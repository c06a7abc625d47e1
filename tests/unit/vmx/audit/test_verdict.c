/* Tests the verdict on a processor's answer: agreement, another order that the SDM allows, a known
 * deviation of this processor, or a disagreement. */
#include "tests/unit/unit.h"

#include "lib/bits.h"
#include "tests/unit/vmx/audit/base.h"
#include "vmx/audit/verdict.h"
#include "vmx/override.h"

static const struct entry_answer entered = {ENTRY_ENTERED, 0, 0};
static const struct entry_answer bad_control = {ENTRY_FAIL_VALID, 7, 0};
static const struct entry_answer bad_host = {ENTRY_FAIL_VALID, 8, 0};
static const struct entry_answer blocked = {ENTRY_FAIL_VALID, 26, 0};
static const struct entry_answer bad_guest = {ENTRY_FAILURE_EXIT, 33, 0};
static const struct entry_answer bad_nmi = {ENTRY_FAILURE_EXIT, 33, 3};
static const struct entry_answer bad_link = {ENTRY_FAILURE_EXIT, 33, 4};
static const struct entry_answer bad_msr = {ENTRY_FAILURE_EXIT, 34, 1};

static const struct judges manual,
    bochs = {.all = BIT(JUDGE_BOCHS)}, kvm = {.all = BIT(JUDGE_KVM)},
    kvm_on_bochs = {.all = BIT(JUDGE_KVM), .guest = BIT(JUDGE_BOCHS)};

static struct vmx_caps caps;
static struct vmcs_image image;
static struct audit_input input = {.image = &image, .caps = &caps, .read = audit_base_read};
static struct audit_result result;

/* Applies these words of a command line to the base VMCS, and audits it. */
static struct attempt attempt(const char *words, struct judges judges)
{
    char text[256];
    struct out_buffer why;
    caps = audit_base_caps();
    image = audit_base_image(&caps);
    audit_base_complete(&image, &caps);
    out_buffer_init(&why, text, sizeof text);
    if (!override_apply_all(text_of(words), &image, &why.out))
        fail_msg("%s: %s", words, text);
    audit(&input, &result);
    return (struct attempt){&input, &result, judges};
}

#define BAD_CONTROL "vmcs.CR3_TARGET_COUNT=5 "
#define BAD_HOST    "vmcs.HOST_CR0=0 "
#define BAD_GUEST   "vmcs.GUEST_RFLAGS=0 "
#define BAD_LINK    "vmcs.VMCS_LINK_POINTER=0x150800 "
#define BAD_MSR                                                                                    \
    "vmcs.VM_ENTRY_MSR_LOAD_ADDRESS=0x4000 vmcs.VM_ENTRY_MSR_LOAD_COUNT=1 "                        \
    "memory.0x4000=0xc0000100 "
/* Errors that Bochs accepts: in guest state, and in a control. */
#define BOCHS_GUEST "vmcs.GUEST_PENDING_DEBUG_EXCEPTIONS=0x100000000000000 "
#define BOCHS_CONTROL                                                                              \
    "vmcs.VM_EXIT_MSR_STORE_COUNT=0x10000000 vmcs.VM_EXIT_MSR_STORE_ADDRESS=0x3ffffffff000 "

static void verdicts(void **state)
{
    const struct {
        const char *words;
        struct judges judges;
        struct entry_answer answer;
        enum verdict verdict;
    } cases[] = {
        {"", manual, entered, VERDICT_AGREED},
        {"", manual, bad_guest, VERDICT_MISS},
        {BAD_GUEST, manual, bad_guest, VERDICT_AGREED},
        {BAD_GUEST, manual, entered, VERDICT_FALSE_ALARM},
        {BAD_GUEST, manual, bad_link, VERDICT_DIFFERS},
        {BAD_GUEST, manual, bad_control, VERDICT_DIFFERS},
        {BAD_MSR, manual, bad_msr, VERDICT_AGREED},
        {BAD_MSR, manual, bad_guest, VERDICT_DIFFERS},
        {BAD_CONTROL BAD_HOST, manual, bad_control, VERDICT_AGREED},
        {BAD_CONTROL BAD_HOST, manual, bad_host, VERDICT_ORDER},
        {BAD_CONTROL BAD_HOST BAD_GUEST, manual, bad_guest, VERDICT_DIFFERS},
        {BAD_GUEST BAD_LINK, manual, bad_guest, VERDICT_AGREED},
        {BAD_GUEST BAD_LINK, manual, bad_link, VERDICT_ORDER},
        {BAD_GUEST BAD_MSR, manual, bad_msr, VERDICT_DIFFERS},
        {"entry.AFTER_MOV_SS=1 " BAD_CONTROL, manual, blocked, VERDICT_AGREED},
        {"entry.AFTER_MOV_SS=1 " BAD_CONTROL, manual, bad_control, VERDICT_DIFFERS},
        /* Known deviations, with each judge. */
        {BOCHS_GUEST, manual, entered, VERDICT_FALSE_ALARM},
        {BOCHS_GUEST, bochs, entered, VERDICT_DEVIATION},
        {BOCHS_GUEST, bochs, bad_guest, VERDICT_AGREED},
        {BOCHS_GUEST, kvm, entered, VERDICT_FALSE_ALARM},
        {BOCHS_GUEST, kvm_on_bochs, entered, VERDICT_DEVIATION},
        {BOCHS_GUEST BAD_GUEST, bochs, entered, VERDICT_FALSE_ALARM},
        {BOCHS_CONTROL, bochs, entered, VERDICT_DEVIATION},
        {BOCHS_CONTROL, kvm_on_bochs, entered, VERDICT_FALSE_ALARM},
        {"vmcs.VM_ENTRY_INTERRUPTION_INFORMATION_FIELD=0x80000202 "
         "vmcs.GUEST_INTERRUPTIBILITY_STATE=1 vmcs.GUEST_RFLAGS=0x202",
         bochs, bad_guest, VERDICT_DEVIATION},
        {"vmcs.VM_ENTRY_INTERRUPTION_INFORMATION_FIELD=0x80000202 "
         "vmcs.GUEST_INTERRUPTIBILITY_STATE=1 vmcs.GUEST_RFLAGS=0x202",
         bochs, bad_nmi, VERDICT_AGREED},
        {"vmcs.GUEST_PENDING_DEBUG_EXCEPTIONS=0x800", bochs, bad_guest, VERDICT_LENIENT},
        {"vmcs.GUEST_PENDING_DEBUG_EXCEPTIONS=0x800", bochs, entered, VERDICT_AGREED},
        {"vmcs.GUEST_PENDING_DEBUG_EXCEPTIONS=0x800", bochs, bad_host, VERDICT_MISS},
        {"vmcs.GUEST_PENDING_DEBUG_EXCEPTIONS=0x800", manual, bad_guest, VERDICT_LENIENT},
        {"vmcs.GUEST_CS_SELECTOR=0xa", manual, bad_guest, VERDICT_MISS},
        {"vmcs.GUEST_CS_SELECTOR=0xa", bochs, bad_guest, VERDICT_DEVIATION},
        /* KVM halts without checking the guest state. */
        {"vmcs.GUEST_ACTIVITY_STATE=1 " BAD_GUEST, kvm, entered, VERDICT_DEVIATION},
        {"vmcs.GUEST_ACTIVITY_STATE=0 " BAD_GUEST, kvm, entered, VERDICT_FALSE_ALARM},
        {"vmcs.GUEST_ACTIVITY_STATE=1 " BAD_HOST, kvm, entered, VERDICT_FALSE_ALARM},
        {"vmcs.GUEST_ACTIVITY_STATE=1 vmcs.GUEST_PENDING_DEBUG_EXCEPTIONS=0x800 " BAD_GUEST,
         kvm_on_bochs, entered, VERDICT_DEVIATION},
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        struct attempt this = attempt(cases[i].words, cases[i].judges);
        enum verdict verdict = attempt_judge(&this, cases[i].answer);
        if (verdict != cases[i].verdict) {
            fail_msg("case %u, %s: %s, expected %s", i, cases[i].words, verdict_name(verdict),
                     verdict_name(cases[i].verdict));
        }
    }
}

/* The reach must count deviations: a deviation may let an entry get further than is safe. */
static void reaches(void **state)
{
    const struct {
        const char *words;
        struct judges judges;
        enum reach reach;
    } cases[] = {
        {"", manual, REACH_ENTRY},
        {BAD_MSR, manual, REACH_MSRS},
        {BAD_GUEST BAD_MSR, manual, REACH_GUEST},
        {BAD_GUEST BAD_HOST, manual, REACH_CONTROLS},
        {BAD_CONTROL "entry.AFTER_MOV_SS=1", manual, REACH_NOTHING},
        {BOCHS_GUEST, manual, REACH_GUEST},
        {BOCHS_GUEST, bochs, REACH_ENTRY},
        {BOCHS_GUEST BAD_MSR, bochs, REACH_MSRS},
        {BOCHS_CONTROL, bochs, REACH_ENTRY},
        {BOCHS_CONTROL, kvm_on_bochs, REACH_CONTROLS},
        /* Bochs refuses this guest, but KVM does not let Bochs enter it while KVM halts. */
        {"vmcs.GUEST_CS_SELECTOR=0xa", kvm_on_bochs, REACH_GUEST},
        {"vmcs.GUEST_CS_SELECTOR=0xa vmcs.GUEST_ACTIVITY_STATE=1", kvm_on_bochs, REACH_ENTRY},
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        struct attempt this = attempt(cases[i].words, cases[i].judges);
        assert_int_equal(attempt_reach(&this), cases[i].reach);
    }
}

static void some_entries_are_not_tried(void **state)
{
    (void)state;
    struct attempt this = attempt("", bochs);
    assert_false(attempt_crashes(&this));
    this = attempt("vmcs.GUEST_CR0-=0x1", bochs);
    assert_true(attempt_crashes(&this));
    this.judges = kvm_on_bochs; /* Bochs checks the guest state */
    assert_true(attempt_crashes(&this));
    this.judges = kvm;
    assert_false(attempt_crashes(&this));
    this.judges = manual;
    assert_false(attempt_crashes(&this));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts),
        cmocka_unit_test(reaches),
        cmocka_unit_test(some_entries_are_not_tried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
