/* Tests which mutated VMCSs are safe to try. */
#include "tests/unit/unit.h"

#include "lib/bits.h"
#include "tests/unit/vmx/audit/base.h"
#include "vmx/fuzz/survive.h"

static const struct range scratch = {0x4000, 0x6000};

static const enum reach all_reaches[] = {REACH_NOTHING, REACH_CONTROLS, REACH_GUEST, REACH_MSRS,
                                         REACH_ENTRY};

static struct vmx_caps caps;
static struct vmcs_image base, image;

/* The HLT guest with the preemption timer, like the base of guest=fuzz. */
static int set_up(void **state)
{
    (void)state;
    caps = audit_base_caps();
    base = audit_base_image(&caps);
    audit_base_complete(&base, &caps);
    image_control_set(&base, PIN_ACTIVATE_VMX_PREEMPTION_TIMER, true);
    image_set(&base, VMX_PREEMPTION_TIMER_VALUE, 100);
    image = base;
    return 0;
}

/* Asserts that the image is safe exactly at these stages that an entry may reach. An entry that
 * stops before REACH_GUEST is always safe. */
static void assert_survives(bool guest, bool msrs, bool entry)
{
    const bool expected[ARRAY_COUNT(all_reaches)] = {true, true, guest, msrs, entry};
    for (unsigned i = 0; i < ARRAY_COUNT(all_reaches); i++)
        assert_int_equal(survive(&image, &base, scratch, all_reaches[i]), expected[i]);
}

static void the_base_survives(void **state)
{
    (void)state;
    assert_survives(true, true, true);
}

static void any_other_host_is_harmful(void **state)
{
    static const uint16_t harmless[] = {
        FIELD_HOST_FS_BASE,           FIELD_HOST_IA32_PAT,
        FIELD_HOST_IA32_SYSENTER_CS,  FIELD_HOST_IA32_SYSENTER_EIP,
        FIELD_HOST_IA32_SYSENTER_ESP, FIELD_HOST_IA32_PERF_GLOBAL_CTRL,
    };
    unsigned found = 0;
    (void)state;
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        bool is_harmless = false;
        if (field_type(field_at(i)) != FIELD_HOST)
            continue;
        for (unsigned j = 0; j < ARRAY_COUNT(harmless); j++)
            is_harmless |= harmless[j] == i;
        image = base;
        image.value[i] ^= 8;
        assert_survives(is_harmless, is_harmless, is_harmless);
        found++;
    }
    assert_in_range(found, 20, FIELD_COUNT);
}

static void the_processor_writes_nowhere_else(void **state)
{
    const struct vmcs_field fields[] = {
        EPT_POINTER,
        VM_EXIT_MSR_STORE_COUNT,
        VM_EXIT_MSR_LOAD_COUNT,
        VM_ENTRY_MSR_LOAD_COUNT,
        VIRTUAL_APIC_ADDRESS,
        POSTED_INTERRUPT_DESCRIPTOR_ADDRESS,
        PML_ADDRESS,
        VIRTUALIZATION_EXCEPTION_INFORMATION_ADDRESS,
        GUEST_IA32_RTIT_CTL,
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(fields); i++) {
        image = base;
        image_set(&image, fields[i], image_get(&base, fields[i]) + 2);
        assert_survives(false, false, false);
    }
}

static void pages_in_scratch_memory_may_be_written(void **state)
{
    const struct vmcs_field fields[] = {VIRTUAL_APIC_ADDRESS, PML_ADDRESS,
                                        VIRTUALIZATION_EXCEPTION_INFORMATION_ADDRESS};
    const struct {
        uint64_t address;
        bool survives;
    } cases[] = {
        {0x3fff, false}, {0x4000, true}, {0x5000, true}, {0x5fff, true}, {0x6000, false},
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(fields); i++) {
        for (unsigned j = 0; j < ARRAY_COUNT(cases); j++) {
            image = base;
            image_set(&image, fields[i], cases[j].address);
            assert_survives(cases[j].survives, cases[j].survives, cases[j].survives);
        }
    }
    /* The scratch memory is not allowed for the EPT pointer. */
    image = base;
    image_set(&image, EPT_POINTER, 0x4000);
    assert_survives(false, false, false);
}

/* A failing entry does not restore the MSRs that it has loaded. */
static void an_entry_may_fail_at_its_first_msr(void **state)
{
    (void)state;
    image_set(&image, VM_ENTRY_MSR_LOAD_COUNT, 1);
    assert_survives(false, true, false);
    image_set(&image, VM_ENTRY_MSR_LOAD_COUNT, 2);
    assert_survives(false, false, false);
    image_set(&image, VM_ENTRY_MSR_LOAD_COUNT, 0);
    assert_survives(true, true, true);
}

static void the_exit_loads_efer(void **state)
{
    (void)state;
    image_control_set(&image, EXIT_LOAD_IA32_EFER, !image_control(&base, EXIT_LOAD_IA32_EFER));
    assert_survives(false, false, false);
}

/* A guest can do harm only after the entry succeeds. */
static void the_guest_stays_in_its_memory(void **state)
{
    (void)state;
    image_control_set(&image, SECONDARY_ENABLE_EPT, false);
    assert_survives(true, true, false);
    image = base;
    image_control_set(&image, PRIMARY_ACTIVATE_SECONDARY_CONTROLS, false);
    assert_survives(true, true, false);
}

static void the_guest_exits(void **state)
{
    static const bool timer_runs[] = {true, true, true, false}; /* by activity state */
    (void)state;
    image_control_set(&image, PIN_ACTIVATE_VMX_PREEMPTION_TIMER, false);
    assert_survives(true, true, false);
    image = base;
    image_set(&image, VMX_PREEMPTION_TIMER_VALUE, 0x10000);
    assert_survives(true, true, true);
    image_set(&image, VMX_PREEMPTION_TIMER_VALUE, 0x10001);
    assert_survives(true, true, false);
    image = base;
    for (unsigned activity = 0; activity < ARRAY_COUNT(timer_runs); activity++) {
        image_set(&image, GUEST_ACTIVITY_STATE, activity);
        assert_survives(true, true, timer_runs[activity]);
    }
}

static void missing_fields_are_not_checked(void **state)
{
    (void)state;
    image.known[FIELD_POSTED_INTERRUPT_DESCRIPTOR_ADDRESS] = false;
    image.value[FIELD_POSTED_INTERRUPT_DESCRIPTOR_ADDRESS] = 0x1000;
    assert_survives(true, true, true);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_base_survives),
        TEST(any_other_host_is_harmful),
        TEST(the_processor_writes_nowhere_else),
        TEST(pages_in_scratch_memory_may_be_written),
        TEST(an_entry_may_fail_at_its_first_msr),
        TEST(the_exit_loads_efer),
        TEST(the_guest_stays_in_its_memory),
        TEST(the_guest_exits),
        TEST(missing_fields_are_not_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
