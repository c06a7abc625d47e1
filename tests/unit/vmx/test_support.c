/* Tests the checks before VMXON. A refusal says what was needed, what was found and what to do. */
#include "vmx/support.h"

#include <string.h>

#include "tests/unit/profiles.h"

static char text[512];
static struct out_buffer buffer;

static struct out *why(void)
{
    out_buffer_init(&buffer, text, sizeof text);
    return &buffer.out;
}

/* Asserts that the text has the three parts of a refusal and is not cut off. */
static void assert_refusal(const char *needed, const char *found, const char *advice)
{
    const char *at_found = strstr(text, ", found ");
    const char *at_advice = strstr(text, "; ");
    assert_int_equal(strncmp(text, "needs ", 6), 0);
    assert_non_null(at_found);
    assert_non_null(at_advice);
    assert_true(at_found < at_advice);
    assert_in_range(strlen(text), 20, sizeof text - 2);
    if (!strstr(text, needed) || strstr(text, needed) >= at_found)
        fail_msg("no \"%s\" in what was needed: %s", needed, text);
    if (!strstr(at_found, found) || strstr(at_found, found) >= at_advice)
        fail_msg("no \"%s\" in what was found: %s", found, text);
    if (!strstr(at_advice, advice))
        fail_msg("no \"%s\" in what to do: %s", advice, text);
}

static struct cpu_facts cpu(const char *vendor, const char *hypervisor, bool vmx)
{
    struct cpu_facts facts = {.family = 6, .model = 0x55, .vmx = vmx};
    strcpy(facts.vendor, vendor);
    strcpy(facts.hypervisor, hypervisor);
    return facts;
}

static bool supports(struct cpu_facts facts)
{
    return support_vmx(&facts, why());
}

static void processors_with_vmx_pass(void **state)
{
    (void)state;
    assert_true(supports(cpu("GenuineIntel", "", true)));
    assert_true(supports(cpu("GenuineIntel", "KVMKVMKVM", true)));
    assert_true(supports(cpu("CentaurHauls", "", true)));
    assert_true(supports(cpu("  Shanghai  ", "", true)));
    assert_string_equal(text, "");
}

static void a_virtual_processor_names_its_hypervisor(void **state)
{
    (void)state;
    assert_false(supports(cpu("GenuineIntel", "TCGTCGTCGTCG", false)));
    assert_refusal("VMX (CPUID 1 ECX bit 5)", "hypervisor TCGTCGTCGTCG", "nested");
    /* No setting of the hypervisor would help here. */
    assert_false(supports(cpu("AuthenticAMD", "TCGTCGTCGTCG", false)));
    assert_refusal("Intel processor with VMX", "vendor AuthenticAMD", "Intel machine");
}

static void other_vendors_are_named(void **state)
{
    (void)state;
    assert_false(supports(cpu("AuthenticAMD", "", false)));
    assert_refusal("Intel processor with VMX", "vendor AuthenticAMD", "Intel machine");
    assert_false(supports(cpu("HygonGenuine", "", false)));
    assert_refusal("Intel processor with VMX", "vendor HygonGenuine", "Intel machine");
    /* CPUID 1 ECX bit 5 does not mean VMX on other vendors' processors. */
    assert_false(supports(cpu("AuthenticAMD", "", true)));
    assert_refusal("Intel processor with VMX", "vendor AuthenticAMD", "Intel machine");
    assert_false(supports(cpu("AuthenticAMD", "KVMKVMKVM", true)));
    assert_refusal("Intel processor with VMX", "vendor AuthenticAMD", "Intel machine");
    /* The whole vendor string must match. */
    assert_false(supports(cpu("GenuineInte", "", true)));
    assert_false(supports(cpu("", "", true)));
}

static void intel_without_vmx_names_the_processor(void **state)
{
    (void)state;
    assert_false(supports(cpu("GenuineIntel", "", false)));
    assert_refusal("VMX (CPUID 1 ECX bit 5)", "GenuineIntel processor of family 6 model 0x55",
                   "firmware");
}

/* SDM Vol 3C §23.7: bit 0 locks, bit 1 allows VMX in SMX, bit 2 outside of it. */
static void feature_control(void **state)
{
    static const struct {
        uint64_t value;
        bool good;
        uint64_t wanted;
    } cases[] = {
        {0x0, true, 0x5},
        {0x2, true, 0x7},
        {0x4, true, 0x5},
        {0xff00, true, 0xff05},
        {0x5, true, 0x5},
        {0x7, true, 0x7},
        {UINT64_C(0xffffffffffffff05), true, UINT64_C(0xffffffffffffff05)},
        {0x1, false, 0x1},
        {0x3, false, 0x3},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        uint64_t wanted = 99;
        assert_int_equal(support_feature_control(cases[i].value, &wanted, why()), cases[i].good);
        assert_int_equal(wanted, cases[i].wanted);
        if (cases[i].good)
            assert_string_equal(text, "");
    }
    assert_refusal("IA32_FEATURE_CONTROL bit 2", "0x3", "VT-x");
    assert_non_null(strstr(text, "locked"));
}

static void real_processors_have_the_basics(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(profiles); i++) {
        struct vmx_caps caps = profile_caps(profiles[i]);
        assert_true(support_basic(&caps, why()));
        assert_string_equal(text, "");
    }
}

/* IA32_VMX_BASIC: region size in bits 44:32, memory type in bits 53:50. */
static bool basic(uint64_t size, uint64_t type)
{
    struct vmx_caps caps = profile_caps(&skylake_x);
    caps.value[IA32_VMX_BASIC] =
        (caps.value[IA32_VMX_BASIC] & ~(BITS(44, 32) | BITS(53, 50))) | size << 32 | type << 50;
    return support_basic(&caps, why());
}

static void odd_basics_are_refused(void **state)
{
    (void)state;
    assert_true(basic(1, 6));
    assert_true(basic(4096, 6));
    assert_false(basic(4097, 6));
    assert_refusal("IA32_VMX_BASIC bits 44:32", "4097", "report");
    assert_false(basic(0, 6));
    assert_refusal("IA32_VMX_BASIC bits 44:32", "0", "report");
    assert_false(basic(8191, 6));
    assert_false(basic(4096, 0));
    assert_refusal("IA32_VMX_BASIC bits 53:50", "type 0", "report");
    assert_false(basic(4096, 7));
    assert_false(basic(4096, 14));
    assert_refusal("IA32_VMX_BASIC bits 53:50", "type 14", "report");
}

static void ept_came_with_lynnfield(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(profiles); i++) {
        struct vmx_caps caps = profile_caps(profiles[i]);
        bool expected =
            profiles[i] != &prescott && profiles[i] != &without_true && profiles[i] != &penryn;
        assert_int_equal(support_ept(&caps, why()), expected);
        if (expected)
            assert_string_equal(text, "");
        else
            assert_refusal("EPT", "VMX without it", "Nehalem");
    }
}

/* Checks Skylake-X with some bits of IA32_VMX_EPT_VPID_CAP cleared. */
static bool ept_without(uint64_t bits)
{
    struct vmx_caps caps = profile_caps(&skylake_x);
    assert_int_equal(caps.value[IA32_VMX_EPT_VPID_CAP] & bits, bits);
    caps.value[IA32_VMX_EPT_VPID_CAP] &= ~bits;
    return support_ept(&caps, why());
}

static void ept_with_parts_missing_is_refused(void **state)
{
    (void)state;
    assert_true(ept_without(0));
    assert_false(ept_without(BIT(6)));
    assert_refusal("walk of 4 levels", "none", "report");
    assert_false(ept_without(BIT(8) | BIT(14)));
    assert_refusal("write-back or uncacheable", "neither", "report");
    assert_true(ept_without(BIT(14)));
    assert_false(ept_without(BIT(20)));
    assert_refusal("INVEPT", "none", "report");
    assert_false(ept_without(BIT(26)));
    assert_refusal("INVEPT of all contexts", "none", "report");
    assert_false(ept_without(BIT(32)));
    assert_refusal("INVVPID", "none", "report");
    assert_false(ept_without(BIT(42)));
    assert_refusal("INVVPID of all contexts", "none", "report");
    /* Trapline does not use 1 GiB pages, accessed and dirty flags, single contexts or
     * uncacheable tables, so they may be missing. */
    assert_true(ept_without(BIT(0) | BIT(8) | BIT(16) | BIT(17) | BIT(21) | BIT(25) | BIT(40) |
                            BIT(41) | BIT(43)));
}

/* A processor without VPID needs no INVVPID. */
static void invvpid_is_needed_beside_vpid_only(void **state)
{
    struct vmx_caps caps = profile_caps(&skylake_x);
    (void)state;
    caps.value[IA32_VMX_PROCBASED_CTLS2] &= ~BIT(32 + 5);
    caps.value[IA32_VMX_EPT_VPID_CAP] &= BITS(31, 0);
    assert_true(support_ept(&caps, why()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(processors_with_vmx_pass),
        cmocka_unit_test(a_virtual_processor_names_its_hypervisor),
        cmocka_unit_test(other_vendors_are_named),
        cmocka_unit_test(intel_without_vmx_names_the_processor),
        cmocka_unit_test(feature_control),
        cmocka_unit_test(real_processors_have_the_basics),
        cmocka_unit_test(odd_basics_are_refused),
        cmocka_unit_test(ept_came_with_lynnfield),
        cmocka_unit_test(ept_with_parts_missing_is_refused),
        cmocka_unit_test(invvpid_is_needed_beside_vpid_only),
    };
    return cmocka_run_group_tests_name("support", tests, NULL, NULL);
}
