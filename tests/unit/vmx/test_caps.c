/* Tests which capability MSRs exist, and how their parts are read. SDM Vol 3D, appendix A. */
#include "vmx/caps.h"

#include <string.h>

#include "tests/unit/profiles.h"

/* The MSR numbers that were read, in this order. */
static struct {
    uint32_t number[64];
    unsigned count;
} asked;

static uint64_t counting_read(uint32_t number)
{
    assert_in_range(asked.count, 0, 63);
    asked.number[asked.count++] = number;
    return profile_read(number);
}

/* Reads exactly the MSRs that exist, each of them once. */
static void reads_what_the_processor_has(void **state)
{
    (void)state;
    for (size_t p = 0; p < ARRAY_COUNT(profiles); p++) {
        struct vmx_caps caps;
        memset(&caps, 0xff, sizeof caps);
        asked.count = 0;
        profile_current = profiles[p];
        caps_read(&caps, counting_read);
        assert_int_equal(asked.count, profiles[p]->count);
        for (unsigned i = 0; i < asked.count; i++) {
            for (unsigned j = 0; j < i; j++)
                assert_int_not_equal(asked.number[i], asked.number[j]);
        }
        for (unsigned i = 0; i < CAPS_MSRS; i++) {
            const struct profile_msr *msr = profile_find(profiles[p], caps_msrs[i].number);
            assert_int_equal(caps.known[i], msr != NULL);
            assert_int_equal(caps.value[i], msr ? msr->value : 0);
        }
    }
}

/* The names and numbers of SDM Vol 3D §A.1 to §A.11. */
static void knows_names_and_numbers(void **state)
{
    static const struct {
        enum caps_msr msr;
        uint32_t number;
        const char *name;
    } expected[] = {
        {IA32_VMX_BASIC, 0x480, "IA32_VMX_BASIC"},
        {IA32_VMX_PINBASED_CTLS, 0x481, "IA32_VMX_PINBASED_CTLS"},
        {IA32_VMX_PROCBASED_CTLS, 0x482, "IA32_VMX_PROCBASED_CTLS"},
        {IA32_VMX_EXIT_CTLS, 0x483, "IA32_VMX_EXIT_CTLS"},
        {IA32_VMX_ENTRY_CTLS, 0x484, "IA32_VMX_ENTRY_CTLS"},
        {IA32_VMX_MISC, 0x485, "IA32_VMX_MISC"},
        {IA32_VMX_CR0_FIXED0, 0x486, "IA32_VMX_CR0_FIXED0"},
        {IA32_VMX_CR0_FIXED1, 0x487, "IA32_VMX_CR0_FIXED1"},
        {IA32_VMX_CR4_FIXED0, 0x488, "IA32_VMX_CR4_FIXED0"},
        {IA32_VMX_CR4_FIXED1, 0x489, "IA32_VMX_CR4_FIXED1"},
        {IA32_VMX_VMCS_ENUM, 0x48a, "IA32_VMX_VMCS_ENUM"},
        {IA32_VMX_PROCBASED_CTLS2, 0x48b, "IA32_VMX_PROCBASED_CTLS2"},
        {IA32_VMX_EPT_VPID_CAP, 0x48c, "IA32_VMX_EPT_VPID_CAP"},
        {IA32_VMX_TRUE_PINBASED_CTLS, 0x48d, "IA32_VMX_TRUE_PINBASED_CTLS"},
        {IA32_VMX_TRUE_PROCBASED_CTLS, 0x48e, "IA32_VMX_TRUE_PROCBASED_CTLS"},
        {IA32_VMX_TRUE_EXIT_CTLS, 0x48f, "IA32_VMX_TRUE_EXIT_CTLS"},
        {IA32_VMX_TRUE_ENTRY_CTLS, 0x490, "IA32_VMX_TRUE_ENTRY_CTLS"},
        {IA32_VMX_VMFUNC, 0x491, "IA32_VMX_VMFUNC"},
        {IA32_VMX_PROCBASED_CTLS3, 0x492, "IA32_VMX_PROCBASED_CTLS3"},
        {IA32_VMX_EXIT_CTLS2, 0x493, "IA32_VMX_EXIT_CTLS2"},
    };
    (void)state;
    assert_int_equal(CAPS_MSRS, ARRAY_COUNT(expected));
    for (size_t i = 0; i < ARRAY_COUNT(expected); i++) {
        assert_int_equal(caps_msrs[expected[i].msr].number, expected[i].number);
        assert_string_equal(caps_msrs[expected[i].msr].name, expected[i].name);
    }
}

/* A processor with one capability more than none. */
static uint64_t opened[0x494 - 0x480];

static uint64_t opened_read(uint32_t number)
{
    assert_in_range(number, 0x480, 0x493);
    return opened[number - 0x480];
}

static struct vmx_caps open_only(uint32_t number, uint64_t value, uint32_t second, uint64_t also)
{
    struct vmx_caps caps;
    memset(opened, 0, sizeof opened);
    opened[number - 0x480] = value;
    opened[second - 0x480] |= also;
    caps_read(&caps, opened_read);
    return caps;
}

static void assert_known(struct vmx_caps caps, uint32_t beyond)
{
    /* Numbers up to 0x48a always exist. Bit n of `beyond` stands for MSR 0x480 + n. */
    for (unsigned i = 0; i < CAPS_MSRS; i++) {
        unsigned n = caps_msrs[i].number - 0x480;
        bool expected = n <= 0xa || (beyond & BIT(n));
        if (caps.known[i] != expected) {
            fail_msg("MSR 0x%x: known is %d, expected %d", caps_msrs[i].number, caps.known[i],
                     expected);
        }
    }
}

static void each_gate_opens_by_its_own_bit(void **state)
{
    const uint64_t secondary = BIT(63); /* allowed 1 of bit 31 */
    (void)state;
    assert_known(open_only(0x480, 0, 0x480, 0), 0);
    assert_known(open_only(0x480, ~BIT(55), 0x480, 0), 0);
    assert_known(open_only(0x480, BIT(55), 0x480, 0), 0x1e000);
    assert_known(open_only(0x482, secondary, 0x482, 0), 1 << 0xb);
    assert_known(open_only(0x482, BIT(31), 0x482, 0), 0);
    assert_known(open_only(0x482, ~(secondary | BIT(49)), 0x482, 0), 0);
    assert_known(open_only(0x482, BIT(49), 0x482, 0), 1 << 0x12);
    assert_known(open_only(0x483, BIT(63), 0x483, 0), 1 << 0x13);
    assert_known(open_only(0x483, ~BIT(63), 0x483, 0), 0);
    assert_known(open_only(0x482, secondary, 0x48b, BIT(33)), 1 << 0xb | 1 << 0xc);
    assert_known(open_only(0x482, secondary, 0x48b, BIT(37)), 1 << 0xb | 1 << 0xc);
    assert_known(open_only(0x482, secondary, 0x48b, BIT(45)), 1 << 0xb | 1 << 0x11);
    assert_known(open_only(0x482, secondary, 0x48b, ~(BIT(33) | BIT(37) | BIT(45))), 1 << 0xb);
    /* Without secondary controls, their MSR is not read. */
    assert_known(open_only(0x481, UINT64_MAX, 0x48b, UINT64_MAX), 0);
}

static uint64_t part(const struct profile *profile, enum caps_part which)
{
    struct vmx_caps caps = profile_caps(profile);
    return caps_bits(&caps, which);
}

/* Parts of the values in profiles.h, split by hand. */
static void takes_real_values_apart(void **state)
{
    (void)state;
    assert_int_equal(part(&skylake_x, IA32_VMX_BASIC_REVISION), 0x2b);
    assert_int_equal(part(&tigerlake, IA32_VMX_BASIC_REVISION), 4);
    assert_int_equal(part(&skylake_x, IA32_VMX_BASIC_REGION_SIZE), 4096);
    assert_int_equal(part(&skylake_x, IA32_VMX_BASIC_ADDRESSES_32_BIT), 0);
    assert_int_equal(part(&skylake_x, IA32_VMX_BASIC_DUAL_MONITOR), 0);
    assert_int_equal(part(&skylake_x, IA32_VMX_BASIC_MEMORY_TYPE), 6);
    assert_int_equal(part(&skylake_x, IA32_VMX_BASIC_INS_OUTS_INFORMATION), 1);
    assert_int_equal(part(&skylake_x, IA32_VMX_BASIC_TRUE_CONTROLS), 1);
    assert_int_equal(part(&without_true, IA32_VMX_BASIC_TRUE_CONTROLS), 0);
    assert_int_equal(part(&skylake_x, IA32_VMX_BASIC_EVENT_ERROR_CODE), 0);
    assert_int_equal(part(&tigerlake, IA32_VMX_BASIC_EVENT_ERROR_CODE), 1);
    assert_int_equal(part(&tigerlake, IA32_VMX_BASIC_NESTED_EXCEPTION), 0);

    assert_int_equal(part(&skylake_x, IA32_VMX_MISC_PREEMPTION_TIMER_RATE), 0);
    assert_int_equal(part(&skylake_x, IA32_VMX_MISC_STORE_LMA), 1);
    assert_int_equal(part(&skylake_x, IA32_VMX_MISC_ACTIVITY_HLT), 1);
    assert_int_equal(part(&skylake_x, IA32_VMX_MISC_ACTIVITY_SHUTDOWN), 1);
    assert_int_equal(part(&skylake_x, IA32_VMX_MISC_ACTIVITY_WAIT_FOR_SIPI), 1);
    assert_int_equal(part(&skylake_x, IA32_VMX_MISC_CR3_TARGETS), 4);
    assert_int_equal(part(&skylake_x, IA32_VMX_MISC_MSR_LIST_SIZE), 0);
    assert_int_equal(part(&skylake_x, IA32_VMX_MISC_VMWRITE_ANY_FIELD), 1);
    assert_int_equal(part(&lynnfield, IA32_VMX_MISC_VMWRITE_ANY_FIELD), 0);
    assert_int_equal(part(&skylake_x, IA32_VMX_MISC_INJECTION_LENGTH_0), 1);
    assert_int_equal(part(&haswell, IA32_VMX_MISC_INJECTION_LENGTH_0), 0);

    assert_int_equal(part(&skylake_x, IA32_VMX_VMCS_ENUM_HIGHEST_INDEX), 26);
    assert_int_equal(part(&sapphire_rapids, IA32_VMX_VMCS_ENUM_HIGHEST_INDEX), 42);

    assert_int_equal(part(&lynnfield, IA32_VMX_EPT_VPID_CAP_WALK_LENGTH_4), 1);
    assert_int_equal(part(&lynnfield, IA32_VMX_EPT_VPID_CAP_WALK_LENGTH_5), 0);
    assert_int_equal(part(&lynnfield, IA32_VMX_EPT_VPID_CAP_UC), 1);
    assert_int_equal(part(&lynnfield, IA32_VMX_EPT_VPID_CAP_WB), 1);
    assert_int_equal(part(&lynnfield, IA32_VMX_EPT_VPID_CAP_PAGE_2M), 1);
    assert_int_equal(part(&lynnfield, IA32_VMX_EPT_VPID_CAP_PAGE_1G), 0);
    assert_int_equal(part(&haswell, IA32_VMX_EPT_VPID_CAP_PAGE_1G), 1);
    assert_int_equal(part(&lynnfield, IA32_VMX_EPT_VPID_CAP_INVEPT), 1);
    assert_int_equal(part(&lynnfield, IA32_VMX_EPT_VPID_CAP_ACCESSED_DIRTY), 0);
    assert_int_equal(part(&haswell, IA32_VMX_EPT_VPID_CAP_ACCESSED_DIRTY), 1);
    assert_int_equal(part(&tigerlake, IA32_VMX_EPT_VPID_CAP_SUPERVISOR_SHADOW_STACK), 1);
    assert_int_equal(part(&sapphire_rapids, IA32_VMX_EPT_VPID_CAP_SUPERVISOR_SHADOW_STACK), 0);
    assert_int_equal(
        part(&sapphire_rapids, IA32_VMX_EPT_VPID_CAP_ADVANCED_EPT_VIOLATION_INFORMATION), 1);
    assert_int_equal(part(&lynnfield, IA32_VMX_EPT_VPID_CAP_INVVPID), 1);
    assert_int_equal(part(&haswell, IA32_VMX_VMFUNC_EPTP_SWITCHING), 1);
    /* A missing MSR reads as 0. */
    assert_int_equal(part(&penryn, IA32_VMX_EPT_VPID_CAP_INVVPID), 0);
    assert_int_equal(part(&penryn, IA32_VMX_VMFUNC_EPTP_SWITCHING), 0);
}

/* Every part has the bits that the manual gives. */
static void parts_have_the_bits_of_the_manual(void **state)
{
    static const struct {
        enum caps_part part;
        uint64_t mask;
    } expected[] = {
        {IA32_VMX_BASIC_REVISION, 0x7fffffff},
        {IA32_VMX_BASIC_REGION_SIZE, UINT64_C(0x1fff00000000)},
        {IA32_VMX_BASIC_ADDRESSES_32_BIT, BIT(48)},
        {IA32_VMX_BASIC_DUAL_MONITOR, BIT(49)},
        {IA32_VMX_BASIC_MEMORY_TYPE, UINT64_C(0x3c000000000000)},
        {IA32_VMX_BASIC_INS_OUTS_INFORMATION, BIT(54)},
        {IA32_VMX_BASIC_TRUE_CONTROLS, BIT(55)},
        {IA32_VMX_BASIC_EVENT_ERROR_CODE, BIT(56)},
        {IA32_VMX_BASIC_NESTED_EXCEPTION, BIT(58)},
        {IA32_VMX_MISC_PREEMPTION_TIMER_RATE, 0x1f},
        {IA32_VMX_MISC_STORE_LMA, BIT(5)},
        {IA32_VMX_MISC_ACTIVITY_HLT, BIT(6)},
        {IA32_VMX_MISC_ACTIVITY_SHUTDOWN, BIT(7)},
        {IA32_VMX_MISC_ACTIVITY_WAIT_FOR_SIPI, BIT(8)},
        {IA32_VMX_MISC_INTEL_PT, BIT(14)},
        {IA32_VMX_MISC_RDMSR_SMBASE_IN_SMM, BIT(15)},
        {IA32_VMX_MISC_CR3_TARGETS, 0x1ff0000},
        {IA32_VMX_MISC_MSR_LIST_SIZE, 0xe000000},
        {IA32_VMX_MISC_SMM_MONITOR_CTL_BIT_2, BIT(28)},
        {IA32_VMX_MISC_VMWRITE_ANY_FIELD, BIT(29)},
        {IA32_VMX_MISC_INJECTION_LENGTH_0, BIT(30)},
        {IA32_VMX_MISC_MSEG_REVISION, UINT64_C(0xffffffff00000000)},
        {IA32_VMX_VMCS_ENUM_HIGHEST_INDEX, 0x3fe},
        {IA32_VMX_EPT_VPID_CAP_EXECUTE_ONLY, BIT(0)},
        {IA32_VMX_EPT_VPID_CAP_WALK_LENGTH_4, BIT(6)},
        {IA32_VMX_EPT_VPID_CAP_WALK_LENGTH_5, BIT(7)},
        {IA32_VMX_EPT_VPID_CAP_UC, BIT(8)},
        {IA32_VMX_EPT_VPID_CAP_WB, BIT(14)},
        {IA32_VMX_EPT_VPID_CAP_PAGE_2M, BIT(16)},
        {IA32_VMX_EPT_VPID_CAP_PAGE_1G, BIT(17)},
        {IA32_VMX_EPT_VPID_CAP_INVEPT, BIT(20)},
        {IA32_VMX_EPT_VPID_CAP_ACCESSED_DIRTY, BIT(21)},
        {IA32_VMX_EPT_VPID_CAP_ADVANCED_EPT_VIOLATION_INFORMATION, BIT(22)},
        {IA32_VMX_EPT_VPID_CAP_SUPERVISOR_SHADOW_STACK, BIT(23)},
        {IA32_VMX_EPT_VPID_CAP_INVEPT_SINGLE_CONTEXT, BIT(25)},
        {IA32_VMX_EPT_VPID_CAP_INVEPT_ALL_CONTEXT, BIT(26)},
        {IA32_VMX_EPT_VPID_CAP_INVVPID, BIT(32)},
        {IA32_VMX_EPT_VPID_CAP_INVVPID_INDIVIDUAL_ADDRESS, BIT(40)},
        {IA32_VMX_EPT_VPID_CAP_INVVPID_SINGLE_CONTEXT, BIT(41)},
        {IA32_VMX_EPT_VPID_CAP_INVVPID_ALL_CONTEXT, BIT(42)},
        {IA32_VMX_EPT_VPID_CAP_INVVPID_SINGLE_CONTEXT_RETAINING_GLOBALS, BIT(43)},
        {IA32_VMX_EPT_VPID_CAP_MAXIMUM_HLAT_PREFIX_SIZE, UINT64_C(0x3f000000000000)},
        {IA32_VMX_VMFUNC_EPTP_SWITCHING, BIT(0)},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(expected); i++) {
        const struct caps_part_info *info = &caps_parts[expected[i].part];
        struct vmx_caps caps = {0};
        caps.value[info->msr] = expected[i].mask;
        assert_int_equal(caps_bits(&caps, expected[i].part),
                         expected[i].mask / (expected[i].mask & -expected[i].mask));
        caps.value[info->msr] = ~expected[i].mask;
        assert_int_equal(caps_bits(&caps, expected[i].part), 0);
    }
}

static void parts_do_not_overlap(void **state)
{
    uint64_t taken[CAPS_MSRS] = {0};
    (void)state;
    for (unsigned i = 0; i < CAPS_PARTS; i++) {
        const struct caps_part_info *info = &caps_parts[i];
        assert_in_range(info->msr, 0, CAPS_MSRS - 1);
        assert_in_range(info->hi, info->lo, 63);
        assert_int_equal(taken[info->msr] & BITS(info->hi, info->lo), 0);
        taken[info->msr] |= BITS(info->hi, info->lo);
        for (unsigned j = 0; j < i; j++) {
            if (caps_parts[j].msr == info->msr)
                assert_string_not_equal(caps_parts[j].name, info->name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_the_processor_has),
        cmocka_unit_test(knows_names_and_numbers),
        cmocka_unit_test(each_gate_opens_by_its_own_bit),
        cmocka_unit_test(takes_real_values_apart),
        cmocka_unit_test(parts_have_the_bits_of_the_manual),
        cmocka_unit_test(parts_do_not_overlap),
    };
    return cmocka_run_group_tests_name("caps", tests, NULL, NULL);
}
