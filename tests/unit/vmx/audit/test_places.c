/* Tests the warnings of the audit that need struct audit_places: code, regions, stacks, pages of
 * the guest. */
#include "tests/unit/unit.h"

#include "tests/unit/vmx/audit/base.h"
#include "vmx/audit/audit.h"

static const struct range taken[] = {{0x200000, 0x201000}, {0x300000, 0x308000}};

static bool finds(enum audit_rule_id rule, struct vmcs_field field, uint64_t value)
{
    static struct audit_result result;
    const struct audit_places places = {{0x100000, 0x110000}, 0x300000, taken, 2};
    struct vmx_caps caps = audit_base_caps();
    struct vmcs_image image = audit_base_image(&caps);
    struct audit_input input = {.image = &image, .caps = &caps, .places = &places};
    image_set(&image, field, value);
    audit(&input, &result);
    for (unsigned i = 0; i < result.failed; i++) {
        if (result.finding[i].rule == rule)
            return true;
    }
    return false;
}

static void the_entry_point_is_code(void **state)
{
    (void)state;
    assert_false(finds(RULE_HOST_RIP_OUTSIDE_TEXT, HOST_RIP, 0x100000));
    assert_false(finds(RULE_HOST_RIP_OUTSIDE_TEXT, HOST_RIP, 0x10ffff));
    assert_true(finds(RULE_HOST_RIP_OUTSIDE_TEXT, HOST_RIP, 0xfffff));
    assert_true(finds(RULE_HOST_RIP_OUTSIDE_TEXT, HOST_RIP, 0x110000));
}

static void a_vmcs_is_not_linked_to_itself(void **state)
{
    (void)state;
    assert_true(finds(RULE_GUEST_LINK_OWN, VMCS_LINK_POINTER, 0x300000));
    assert_false(finds(RULE_GUEST_LINK_OWN, VMCS_LINK_POINTER, 0x301000));
    assert_false(finds(RULE_GUEST_LINK_OWN, VMCS_LINK_POINTER, UINT64_MAX));
}

static void memory_in_use_is_reported(void **state)
{
    static const struct {
        uint64_t address;
        bool taken;
    } cases[] = {
        {0x1ff000, false}, {0x200000, true}, {0x201000, false}, {0x2ff000, false},
        {0x300000, true},  {0x307000, true}, {0x308000, false},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(finds(RULE_MSR_BITMAPS_SHARED, ADDRESS_OF_MSR_BITMAPS, cases[i].address),
                         cases[i].taken);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_entry_point_is_code),
        cmocka_unit_test(a_vmcs_is_not_linked_to_itself),
        cmocka_unit_test(memory_in_use_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
