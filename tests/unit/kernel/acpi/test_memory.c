/* Tests the addresses from which ACPI tables may be read. */
#include "kernel/acpi/memory.h"

#include "boot/multiboot2.h"
#include "tests/unit/unit.h"

static struct boot_info info = {
    .memory_count = 4,
    .memory =
        {
            {0x200000, 0x1000, BOOT_MEMORY_AVAILABLE},
            {0x201000, 0x1000, BOOT_MEMORY_ACPI},
            {0xfffff000, UINT64_C(0x2000), 2},
            {UINT64_MAX - 0xfff, UINT64_MAX, 2},
        },
};

static bool allows(uint64_t address, size_t size)
{
    return acpi_memory_allows(&info, address, size);
}

static void below_1_mib(void **state)
{
    (void)state;
    assert_true(allows(0, 1));
    assert_true(allows(0xffffc, 4));
    assert_false(allows(0xffffd, 4));
    assert_false(allows(0x100000, 1));
}

static void inside_one_entry(void **state)
{
    (void)state;
    assert_true(allows(0x200000, 0x1000));
    assert_true(allows(0x201ffc, 4));
    assert_false(allows(0x1fffff, 2));
    assert_false(allows(0x200fff, 2));
    assert_false(allows(0x201ffd, 4));
    assert_false(allows(0x202000, 1));
    assert_false(allows(0x200000, 0x2000));
}

static void below_4_gib(void **state)
{
    (void)state;
    assert_true(allows(0xfffffffc, 4));
    assert_false(allows(0xfffffffd, 4));
    assert_false(allows(UINT64_C(0x100000000), 1));
    assert_false(allows(UINT64_MAX - 15, 16));
    assert_false(allows(UINT64_MAX, 16));
    assert_false(allows(0x200000, SIZE_MAX));
    assert_false(allows(1, SIZE_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(below_1_mib),
        cmocka_unit_test(inside_one_entry),
        cmocka_unit_test(below_4_gib),
    };
    return cmocka_run_group_tests_name("acpi_memory", tests, NULL, NULL);
}
