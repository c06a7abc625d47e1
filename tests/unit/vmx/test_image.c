/* Tests the VMCS image: fields, and controls as bits of their words. */
#include "vmx/image.h"

#include "tests/unit/unit.h"

static void a_field_is_known_once_it_is_set(void **state)
{
    static struct vmcs_image image;
    (void)state;
    assert_false(image.known[GUEST_RIP.index]);
    assert_true(image_get(&image, GUEST_RIP) == 0);
    image_set(&image, GUEST_RIP, 0x0123456789abcdef);
    assert_true(image.known[GUEST_RIP.index]);
    assert_true(image_get(&image, GUEST_RIP) == 0x0123456789abcdef);
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        assert_true(i == GUEST_RIP.index || (!image.known[i] && image.value[i] == 0));
}

/* "HLT exiting" is bit 7 of the primary processor-based controls (SDM Vol 3C Table 24-6). */
static void a_control_is_a_bit_of_its_word(void **state)
{
    static struct vmcs_image image;
    (void)state;
    assert_false(image_control(&image, PRIMARY_HLT_EXITING));
    image_set(&image, PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS, 0xffffff7f);
    assert_false(image_control(&image, PRIMARY_HLT_EXITING));
    image_set(&image, PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS, 0x80);
    assert_true(image_control(&image, PRIMARY_HLT_EXITING));
}

static void other_controls_stay_as_they_are(void **state)
{
    static struct vmcs_image image;
    (void)state;
    image_set(&image, PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS, 0x50010102);
    image_control_set(&image, PRIMARY_HLT_EXITING, true);
    assert_true(image_get(&image, PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS) == 0x50010182);
    image_control_set(&image, PRIMARY_HLT_EXITING, true);
    assert_true(image_get(&image, PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS) == 0x50010182);
    image_control_set(&image, PRIMARY_HLT_EXITING, false);
    assert_true(image_get(&image, PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS) == 0x50010102);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_is_known_once_it_is_set),
        cmocka_unit_test(a_control_is_a_bit_of_its_word),
        cmocka_unit_test(other_controls_stay_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
