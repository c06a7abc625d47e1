/* Tests each rule of the audit with its two vectors: `holds` must be clean, and `breaks` must break
 * this rule alone. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/bits.h"
#include "tests/unit/vmx/audit/base.h"
#include "tests/unit/vmx/audit/mutant.h"
#include "vmx/audit/audit.h"
#include "vmx/audit/rule.h"
#include "vmx/override.h"

/* Rules that nothing can break on the base processor, and the capability bits that their processor
 * clears or sets. */
static const struct {
    enum audit_rule_id rule;
    enum caps_msr msr;
    uint64_t clear;
    uint64_t set;
} other_processors[] = {
    {RULE_EPT_ACCESSED_DIRTY, IA32_VMX_EPT_VPID_CAP, BIT(21), 0},
    {RULE_INJECTION_OF_MTF_UNSUPPORTED, IA32_VMX_TRUE_PROCBASED_CTLS, BIT(32 + 27), 0},
    {RULE_INJECTION_CODE_MISSING, IA32_VMX_BASIC, BIT(56), 0},
    {RULE_INJECTION_CODE_UNWANTED, IA32_VMX_BASIC, BIT(56), 0},
    {RULE_INJECTION_LENGTH_ZERO, IA32_VMX_MISC, BIT(30), 0},
    {RULE_GUEST_FRED_NEEDS_IA_32E, IA32_VMX_CR4_FIXED1, 0, BIT(32)},
    {RULE_GUEST_SS_DPL_FRED, IA32_VMX_CR4_FIXED1, 0, BIT(32)},
    {RULE_GUEST_CS_L_FRED, IA32_VMX_CR4_FIXED1, 0, BIT(32)},
    {RULE_GUEST_RFLAGS_IOPL_FRED, IA32_VMX_CR4_FIXED1, 0, BIT(32)},
    {RULE_GUEST_BLOCKING_STI_FRED, IA32_VMX_CR4_FIXED1, 0, BIT(32)},
    {RULE_HOST_32_FRED, IA32_VMX_CR4_FIXED1, 0, BIT(32)},
    {RULE_GUEST_ENCLAVE_NEEDS_SGX, IA32_VMX_PROCBASED_CTLS2, BIT(32 + 15), 0},
};

static struct vmx_caps caps_for(enum audit_rule_id rule)
{
    struct vmx_caps caps = audit_base_caps();
    for (unsigned i = 0; i < ARRAY_COUNT(other_processors); i++) {
        if (other_processors[i].rule == rule) {
            caps.value[other_processors[i].msr] &= ~other_processors[i].clear;
            caps.value[other_processors[i].msr] |= other_processors[i].set;
        }
    }
    return caps;
}

/* The vectors of rules for 32-bit hosts also break HOST_NOT_64_BIT. Removes this finding. */
static void forget_narrow_host(enum audit_rule_id rule, struct audit_result *result)
{
    unsigned kept = 0;
    if (!strstr(audit_rules[rule].holds, "HOST_ADDRESS_SPACE_SIZE=0"))
        return;
    for (unsigned i = 0; i < result->failed; i++) {
        if (result->finding[i].rule != RULE_HOST_NOT_64_BIT)
            result->finding[kept++] = result->finding[i];
    }
    assert_int_equal(kept, result->failed - 1);
    result->failed = kept;
}

static struct audit_result result_of(enum audit_rule_id rule, const char *overrides)
{
    static struct audit_result result;
    static char text[256];
    struct out_buffer why;
    struct vmx_caps caps = caps_for(rule);
    struct vmcs_image image = audit_base_image(&caps);
    struct audit_input input = {.image = &image, .caps = &caps, .read = audit_base_read};
    audit_base_complete(&image, &caps);
    out_buffer_init(&why, text, sizeof text);
    if (!override_apply_all(text_of(overrides), &image, &why.out))
        fail_msg("%s: %s: %s", audit_rules[rule].id, overrides, text);
    audit(&input, &result);
    forget_narrow_host(rule, &result);
    return result;
}

static void print_findings(const struct audit_result *result)
{
    for (unsigned i = 0; i < result->failed; i++) {
        print_error("  found %s value=0x%llx bits=0x%llx\n",
                    audit_rules[result->finding[i].rule].id,
                    (unsigned long long)result->finding[i].value,
                    (unsigned long long)result->finding[i].bits);
    }
}

/* Rules about memory and places have no vectors. Other programs test these rules, and
 * tests/tools/test_audit_mutants.py proves that one of the programs notices each wrong answer. */
static bool has_vectors(enum audit_rule_id rule)
{
    return audit_rules[rule].breaks[0] != '\0';
}

static void the_base_is_clean(void **state)
{
    (void)state;
    struct audit_result result = result_of(0, "");
    print_findings(&result);
    assert_int_equal(result.failed, 0);
}

/* Tries all rules before it fails, so that one run shows every error. */
static void each_passing_vector_is_clean(void **state)
{
    unsigned wrong = 0;
    (void)state;
    for (unsigned i = 0; i < AUDIT_RULES; i++) {
        struct audit_result result = result_of(i, audit_rules[i].holds);
        if (result.failed == 0)
            continue;
        print_error("%s: the vector `holds` must be clean: %s\n", audit_rules[i].id,
                    audit_rules[i].holds);
        print_findings(&result);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void each_failing_vector_breaks_one_rule(void **state)
{
    unsigned wrong = 0;
    (void)state;
    for (unsigned i = 0; i < AUDIT_RULES; i++) {
        if (!has_vectors(i))
            continue;
        struct audit_result result = result_of(i, audit_rules[i].breaks);
        if (result.failed == 1 && result.finding[0].rule == i && result.finding[0].bits != 0)
            continue;
        print_error("%s: the vector `breaks` must break this rule alone: %s\n", audit_rules[i].id,
                    audit_rules[i].breaks);
        print_findings(&result);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static bool vectors_pass(enum audit_rule_id rule)
{
    struct audit_result holds = result_of(rule, audit_rules[rule].holds);
    struct audit_result breaks = result_of(rule, audit_rules[rule].breaks);
    return holds.failed == 0 && breaks.failed == 1 && breaks.finding[0].rule == rule;
}

/* The two vectors of a rule notice each wrong answer of the rule. */
static void each_mutant_is_noticed(void **state)
{
    unsigned unnoticed = 0;
    (void)state;
    for (mutant = 0; mutant < AUDIT_RULES; mutant++) {
        for (mutation = MUTATION_INVERTED; mutation < MUTATIONS; mutation++) {
            if (!has_vectors(mutant) || !vectors_pass(mutant))
                continue;
            print_error("%s: no vector notices mutation %d\n", audit_rules[mutant].id,
                        (int)mutation);
            unnoticed++;
        }
    }
    mutation = MUTATION_NONE;
    assert_int_equal(unnoticed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_base_is_clean),
        cmocka_unit_test(each_passing_vector_is_clean),
        cmocka_unit_test(each_failing_vector_breaks_one_rule),
        cmocka_unit_test(each_mutant_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
