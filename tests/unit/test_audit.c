/* Each rule of the audit keeps what it keeps and breaks what it breaks: its two vectors. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/audit_base.h"
#include "vmx/audit.h"
#include "vmx/override.h"

static struct audit_result result_of(const char *overrides)
{
    static struct audit_result result;
    static char text[256];
    struct out_buffer why;
    struct vmx_caps caps = audit_base_caps();
    struct vmcs_image image = audit_base_image(&caps);
    struct audit_input input = {.image = &image, .caps = &caps};
    out_buffer_init(&why, text, sizeof text);
    if (!override_apply_all(text_of(overrides), &image, &why.out))
        fail_msg("%s: %s", overrides, text);
    audit(&input, &result);
    return result;
}

static void print_findings(const struct audit_result *result)
{
    for (unsigned i = 0; i < result->failed; i++)
        print_error("  found %s value=0x%llx bits=0x%llx\n",
                    audit_rules[result->finding[i].rule].id,
                    (unsigned long long)result->finding[i].value,
                    (unsigned long long)result->finding[i].bits);
}

static void the_base_is_clean(void **state)
{
    (void)state;
    struct audit_result result = result_of("");
    print_findings(&result);
    assert_int_equal(result.failed, 0);
}

/* All rules are tried before the test fails, so that one run shows all that is wrong. */
static void what_holds_is_clean(void **state)
{
    unsigned wrong = 0;
    (void)state;
    for (unsigned i = 0; i < AUDIT_RULES; i++) {
        struct audit_result result = result_of(audit_rules[i].holds);
        if (result.failed == 0)
            continue;
        print_error("%s: its passing vector is not clean: %s\n", audit_rules[i].id,
                    audit_rules[i].holds);
        print_findings(&result);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void what_breaks_breaks_one_rule(void **state)
{
    unsigned wrong = 0;
    (void)state;
    for (unsigned i = 0; i < AUDIT_RULES; i++) {
        struct audit_result result = result_of(audit_rules[i].breaks);
        if (result.failed == 1 && result.finding[0].rule == i && result.finding[0].bits != 0)
            continue;
        print_error("%s: its failing vector breaks not just this rule: %s\n", audit_rules[i].id,
                    audit_rules[i].breaks);
        print_findings(&result);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_base_is_clean),
        cmocka_unit_test(what_holds_is_clean),
        cmocka_unit_test(what_breaks_breaks_one_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
