/* The lines of the audit, held against docs/serial.md. The rules are this file's own, so that it
 * does not depend on the real ones. */
#include "vmx/audit/report.h"

#include "tests/unit/log_lines.h"

const struct audit_rule audit_rules[AUDIT_RULES] = {
    [0] = {.id = "FIRST_RULE",
           .section = "26.2.1.1",
           .area = AREA_CONTROL,
           .field = FIELD_CR3_TARGET_COUNT,
           .why = "the count is at most 4",
           .fix = "use \"4\" or less"},
    [1] = {.id = "SECOND_RULE",
           .section = "26.3.1.2",
           .area = AREA_WARNING,
           .field = FIELD_GUEST_RIP,
           .why = "this only warns",
           .fix = "nothing"},
};

static void findings_come_before_their_number(void **state)
{
    static const struct audit_result result = {
        .checks = 20,
        .failed = 3,
        .warnings = 1,
        .finding = {{(enum audit_rule_id)0, 9, 8},
                    {(enum audit_rule_id)1, UINT64_C(0x8000000000000000), 0xf00},
                    {(enum audit_rule_id)0, 12, 0xc}},
    };
    (void)state;
    report_audit(&result, log_begin());
    log_parse();
    assert_int_equal(log_lines.count, 4);
    for (unsigned i = 0; i < 3; i++)
        log_assert_keys(i, "audit", "id sdm field value why fix ");
    assert_string_equal(log_text(0, "id"), "FIRST_RULE");
    assert_string_equal(log_text(0, "sdm"), "26.2.1.1");
    assert_string_equal(log_text(0, "field"), "CR3_TARGET_COUNT");
    assert_int_equal(log_hex(0, "value"), 9);
    assert_string_equal(log_text(0, "why"), "the count is at most 4");
    assert_string_equal(log_text(0, "fix"), "use \"4\" or less");
    assert_int_equal(log_hex(0, "bits"), 8);
    assert_string_equal(log_text(0, "kind"), "error");
    assert_string_equal(log_text(1, "id"), "SECOND_RULE");
    assert_string_equal(log_text(1, "field"), "GUEST_RIP");
    assert_int_equal(log_hex(1, "value"), UINT64_C(0x8000000000000000));
    assert_string_equal(log_text(1, "kind"), "warning");
    assert_int_equal(log_hex(2, "value"), 12);
    log_assert_keys(3, "audit", "checks failed warnings ");
    assert_int_equal(log_decimal(3, "checks"), 20);
    assert_int_equal(log_decimal(3, "failed"), 2);
    assert_int_equal(log_decimal(3, "warnings"), 1);
}

static void a_clean_audit_is_one_line(void **state)
{
    static const struct audit_result result = {.checks = 7};
    (void)state;
    report_audit(&result, log_begin());
    log_parse();
    assert_int_equal(log_lines.count, 1);
    assert_int_equal(log_decimal(0, "checks"), 7);
    assert_int_equal(log_decimal(0, "failed"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_come_before_their_number),
        cmocka_unit_test(a_clean_audit_is_one_line),
    };
    return cmocka_run_group_tests_name("audit_report", tests, NULL, NULL);
}
