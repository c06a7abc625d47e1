/* Tests the rules of the audit about the entries of MSR areas. */
#include "tests/unit/unit.h"

#include <string.h>

#include "tests/unit/vmx/audit/base.h"
#include "vmx/audit/audit.h"

enum { AREA = 0x20000, ENTRIES = 4 };

static uint64_t area[ENTRIES][2]; /* number of the MSR, and value */

static bool read_area(void *context, uint64_t address, void *bytes, size_t size)
{
    (void)context;
    if (address < AREA || address + size > AREA + sizeof area)
        return false;
    memcpy(bytes, (const char *)area + (address - AREA), size);
    return true;
}

/* Audits the base VMCS with `count` entries in the area of these fields. */
static struct audit_result result_of(struct vmcs_field address, struct vmcs_field count,
                                     uint64_t entries)
{
    static struct audit_result result;
    struct vmx_caps caps = audit_base_caps();
    struct vmcs_image image = audit_base_image(&caps);
    struct audit_input input = {.image = &image, .caps = &caps, .read = read_area};
    image_set(&image, address, AREA);
    image_set(&image, count, entries);
    audit(&input, &result);
    return result;
}

/* Returns the number of the entry that the rule finds at fault, or 0. */
static uint64_t entry_found(const struct audit_result *result, enum audit_rule_id rule)
{
    for (unsigned i = 0; i < result->failed; i++) {
        if (result->finding[i].rule == rule)
            return result->finding[i].bits;
    }
    return 0;
}

/* The MSRs, and whether an entry may load or store each. */
static const struct {
    uint64_t index;
    bool load, store;
} msrs[] = {
    {0x174, true, true},
    {0xc0000102, true, true},
    {0xc0000100, false, true}, /* FS base */
    {0xc0000101, false, true}, /* GS base */
    {0x7ff, true, true},
    {0x800, false, false}, /* x2APIC, to 8ffH */
    {0x8ff, false, false},
    {0x900, true, true},
    {0x9b, false, true},         /* IA32_SMM_MONITOR_CTL */
    {0x9e, true, false},         /* IA32_SMBASE */
    {0x100000174, false, false}, /* a reserved bit */
    {0x8000000000000174, false, false},
};

static void each_entry_is_judged(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof msrs / sizeof msrs[0]; i++) {
        for (unsigned at = 0; at < ENTRIES; at++) {
            for (unsigned j = 0; j < ENTRIES; j++)
                area[j][0] = 0x175;
            area[at][0] = msrs[i].index;
            struct audit_result entry =
                result_of(VM_ENTRY_MSR_LOAD_ADDRESS, VM_ENTRY_MSR_LOAD_COUNT, ENTRIES);
            struct audit_result load =
                result_of(VM_EXIT_MSR_LOAD_ADDRESS, VM_EXIT_MSR_LOAD_COUNT, ENTRIES);
            struct audit_result store =
                result_of(VM_EXIT_MSR_STORE_ADDRESS, VM_EXIT_MSR_STORE_COUNT, ENTRIES);
            assert_int_equal(entry_found(&entry, RULE_ENTRY_MSR_LOAD_ENTRY),
                             msrs[i].load ? 0 : at + 1);
            assert_int_equal(entry_found(&load, RULE_EXIT_MSR_LOAD_ENTRY),
                             msrs[i].load ? 0 : at + 1);
            assert_int_equal(entry_found(&store, RULE_EXIT_MSR_STORE_ENTRY),
                             msrs[i].store ? 0 : at + 1);
        }
    }
}

/* Values of MSRs, and whether a VM entry, or a VM exit to a 64-bit host, may load each. The guest
 * is in IA-32e mode with paging on. */
static const struct {
    uint64_t index, value;
    bool entry, exit;
} values[] = {
    {0x174, UINT64_MAX, true, true}, /* the audit does not check the values of this MSR */
    {0x175, 0x100000000000000, false, false},
    {0x175, 0xff00000000000000, true, true},
    {0x176, 0x100000000000000, false, false},
    {0x277, 0x0007040600070406, true, true},
    {0x277, 0x0007040600070402, false, false},
    {0x47f, 0, true, true},
    {0x480, 0, false, false},
    {0x493, 0, false, false},
    {0x494, 0, true, true},
    {0x6e1, 0xffffffff, true, true},
    {0x6e1, 0x100000000, false, false},
    {0xc0000080, 0xd01, true, true},
    {0xc0000080, 0x500, true, true},
    {0xc0000080, 0x400, false, false}, /* LME with paging on */
    {0xc0000080, 0xd03, false, false},
    {0xc0000080, 0x1d01, false, false},
    {0xc0000082, 0x100000000000000, false, false},
    {0xc0000083, 0x100000000000000, false, false},
    {0xc0000084, 0x100000000000000, true, true},
    {0xc0000102, 0x100000000000000, false, false},
    {0xc0000103, 0x100000000, false, false},
    {0xc0000104, 0x100000000, true, true},
};

static void each_value_is_judged(void **state)
{
    (void)state;
    memset(area, 0, sizeof area);
    for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++) {
        area[1][0] = values[i].index;
        area[1][1] = values[i].value;
        struct audit_result entry =
            result_of(VM_ENTRY_MSR_LOAD_ADDRESS, VM_ENTRY_MSR_LOAD_COUNT, 2);
        struct audit_result exit = result_of(VM_EXIT_MSR_LOAD_ADDRESS, VM_EXIT_MSR_LOAD_COUNT, 2);
        struct audit_result store =
            result_of(VM_EXIT_MSR_STORE_ADDRESS, VM_EXIT_MSR_STORE_COUNT, 2);
        assert_int_equal(entry_found(&entry, RULE_ENTRY_MSR_LOAD_ENTRY), values[i].entry ? 0 : 2);
        assert_int_equal(entry_found(&exit, RULE_EXIT_MSR_LOAD_ENTRY), values[i].exit ? 0 : 2);
        assert_int_equal(entry_found(&store, RULE_EXIT_MSR_STORE_ENTRY), 0);
    }
}

/* For the VM-entry area, exit reason 34 gives the number of the entry. For the VM-exit areas there
 * is only a warning. */
static void the_answer_is_the_entry(void **state)
{
    (void)state;
    memset(area, 0, sizeof area);
    area[2][0] = 0x800;
    struct audit_result result =
        result_of(VM_ENTRY_MSR_LOAD_ADDRESS, VM_ENTRY_MSR_LOAD_COUNT, ENTRIES);
    struct entry_answer answer = audit_predict(&result);
    assert_int_equal(answer.outcome, ENTRY_FAILURE_EXIT);
    assert_int_equal(answer.number, 34);
    assert_int_equal(answer.qualification, 3);
    result = result_of(VM_EXIT_MSR_LOAD_ADDRESS, VM_EXIT_MSR_LOAD_COUNT, ENTRIES);
    assert_int_equal(audit_predict(&result).outcome, ENTRY_ENTERED);
}

static void only_the_counted_entries_are_read(void **state)
{
    (void)state;
    memset(area, 0, sizeof area);
    area[2][0] = 0x800;
    struct audit_result result = result_of(VM_ENTRY_MSR_LOAD_ADDRESS, VM_ENTRY_MSR_LOAD_COUNT, 2);
    assert_int_equal(entry_found(&result, RULE_ENTRY_MSR_LOAD_ENTRY), 0);
}

/* If one entry cannot be read, the rule of that area is not answered. The other rules are. */
static void an_unreadable_entry_is_not_judged(void **state)
{
    (void)state;
    memset(area, 0, sizeof area);
    struct audit_result short_enough =
        result_of(VM_ENTRY_MSR_LOAD_ADDRESS, VM_ENTRY_MSR_LOAD_COUNT, ENTRIES);
    struct audit_result too_long =
        result_of(VM_ENTRY_MSR_LOAD_ADDRESS, VM_ENTRY_MSR_LOAD_COUNT, ENTRIES + 1);
    assert_int_equal(too_long.checks, short_enough.checks - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_entry_is_judged),
        cmocka_unit_test(each_value_is_judged),
        cmocka_unit_test(the_answer_is_the_entry),
        cmocka_unit_test(only_the_counted_entries_are_read),
        cmocka_unit_test(an_unreadable_entry_is_not_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
