/* Tests which judges a VM entry has, by the emulator and by the machine below KVM. */
#include "vmx/run/judges.h"

#include "lib/bits.h"
#include "tests/unit/unit.h"

static void an_emulator_has_its_judges(void **state)
{
    const struct {
        enum emulator emulator;
        enum below below;
        struct judges judges;
    } cases[] = {
        {EMULATOR_NONE, BELOW_PROCESSOR, {0, 0}},
        {EMULATOR_NONE, BELOW_BOCHS, {0, 0}},
        {EMULATOR_BOCHS, BELOW_PROCESSOR, {.all = BIT(JUDGE_BOCHS)}},
        {EMULATOR_BOCHS, BELOW_BOCHS, {.all = BIT(JUDGE_BOCHS)}},
        {EMULATOR_QEMU, BELOW_PROCESSOR, {.all = BIT(JUDGE_KVM)}},
        {EMULATOR_QEMU, BELOW_BOCHS, {.all = BIT(JUDGE_KVM), .guest = BIT(JUDGE_BOCHS)}},
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        struct judges judges = judges_of(cases[i].emulator, cases[i].below);
        if (judges.all != cases[i].judges.all || judges.guest != cases[i].judges.guest) {
            fail_msg("case %u: all 0x%llx, guest 0x%llx", i, (unsigned long long)judges.all,
                     (unsigned long long)judges.guest);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_emulator_has_its_judges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
