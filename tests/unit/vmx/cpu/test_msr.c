/* Tests the MSRs of a guest: SDM Vol 4, Table 2-2; Vol 2B, WRMSR; Vol 3A §11.11.2.1, §11.12.4. */
#include "tests/unit/unit.h"

#include "vmx/cpu/msr.h"
#include "vmx/field.h"

enum { LINEAR_BITS = 48 };

static bool takes(uint32_t number, uint64_t value)
{
    const struct guest_msr *msr = guest_msr_find(number);
    assert_non_null(msr);
    return guest_msr_may_become(msr, msr->initial, value, LINEAR_BITS);
}

static void each_is_listed_once(void **state)
{
    (void)state;
    for (unsigned i = 0; i < GUEST_MSRS; i++)
        assert_ptr_equal(guest_msr_find(guest_msrs[i].number), &guest_msrs[i]);
}

static void other_msrs_do_not_exist(void **state)
{
    (void)state;
    /* undefined, speculation control, VMX, x2APIC, performance monitoring */
    static const uint32_t none[] = {0xbeef, 0x48, 0x480, 0x802, 0x38f, UINT32_MAX};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_null(guest_msr_find(none[i]));
}

static void fields(void **state)
{
    (void)state;
    static const struct {
        uint32_t number;
        uint16_t encoding;
    } rows[] = {{0x174, 0x482a}, {0x175, 0x6824},      {0x176, 0x6826},     {0x1d9, 0x2802},
                {0x277, 0x2804}, {0xc0000100, 0x680e}, {0xc0000101, 0x6810}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct guest_msr *msr = guest_msr_find(rows[i].number);
        assert_non_null(msr);
        assert_int_equal(msr->place, MSR_IN_FIELD);
        assert_int_equal(field_at(msr->field).encoding, rows[i].encoding);
    }
}

static void addresses_are_canonical(void **state)
{
    (void)state;
    static const uint32_t numbers[] = {0x175, 0x176, 0xc0000100, 0xc0000101};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_true(takes(numbers[i], 0));
        assert_true(takes(numbers[i], UINT64_C(0x00007fffffffffff)));
        assert_true(takes(numbers[i], UINT64_C(0xffff800000000000)));
        assert_true(takes(numbers[i], UINT64_MAX));
        assert_false(takes(numbers[i], UINT64_C(0x0000800000000000)));
        assert_false(takes(numbers[i], UINT64_C(0xffff7fffffffffff)));
        assert_false(takes(numbers[i], UINT64_C(0x8000000000000000)));
    }
    const struct guest_msr *msr = guest_msr_find(0x175); /* canonical with 57 bits */
    assert_true(guest_msr_may_become(msr, 0, UINT64_C(0x0000800000000000), 57));
    assert_false(guest_msr_may_become(msr, 0, UINT64_C(0x0100000000000000), 57));
}

static void memory_types(void **state)
{
    (void)state;
    assert_true(takes(0x277, UINT64_C(0x0007040600070406)));
    for (unsigned type = 0; type < 256; type++) {
        bool pat = type <= 7 && type != 2 && type != 3;
        for (unsigned i = 0; i < 8; i++)
            assert_int_equal(takes(0x277, (uint64_t)type << 8 * i), pat);
        assert_int_equal(takes(0x2ff, 0x800 | type), pat && type != 7);
    }
    assert_false(takes(0x2ff, 0x906));
    assert_false(takes(0x2ff, 0xa06));
    assert_true(takes(0x2ff, 0xc06));
    assert_false(takes(0x2ff, 0x1806));
}

static void bits_that_cannot_be_written(void **state)
{
    (void)state;
    assert_true(takes(0xda0, 0)); /* IA32_XSS: the guest has no supervisor state */
    assert_false(takes(0xda0, 0x100));
    assert_true(takes(0xe1, 4)); /* the processor checks the value */
    assert_true(takes(0x1d9, 3));
    assert_false(takes(0x1d9, 0x40)); /* branch trace messages */
    assert_true(takes(0x1b, 0xfee00100));
    assert_false(takes(0x1b, 0xfee00900)); /* the local APIC cannot be turned on */
    static const uint32_t read_only[] = {0x17, 0xfe, 0x179};
    for (size_t i = 0; i < sizeof read_only / sizeof read_only[0]; i++) {
        assert_false(takes(read_only[i], 0)); /* not even its own value */
        assert_false(takes(read_only[i], 8));
    }
    assert_true(takes(0x1a0, 0x1800)); /* fast strings */
    assert_false(takes(0x1a0, 0x41801));
    assert_true(takes(0x8b, UINT64_MAX));
    assert_true(takes(0x17a, 0));
}

static void time_stamp(void **state)
{
    (void)state;
    assert_int_equal(guest_tsc_offset(1000, 1), (uint64_t)-999);
    assert_int_equal(1000 + guest_tsc_offset(1000, 5000), 5000);
    const uint64_t one = UINT64_C(1) << 48;
    assert_int_equal(guest_tsc_scaled(12345, one), 12345);
    assert_int_equal(guest_tsc_scaled(12345, one / 2), 6172);
    assert_int_equal(guest_tsc_scaled(1000, one + one / 4), 1250);
    assert_int_equal(guest_tsc_scaled(UINT64_MAX, one), UINT64_MAX);
    assert_int_equal(guest_tsc_scaled(UINT64_MAX, 2 * one),
                     UINT64_MAX - 1); /* only bits 63:0 of the product */
    assert_int_equal(guest_tsc_scaled(UINT64_C(1) << 63, 1), UINT64_C(1) << 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_listed_once),
        cmocka_unit_test(other_msrs_do_not_exist),
        cmocka_unit_test(fields),
        cmocka_unit_test(addresses_are_canonical),
        cmocka_unit_test(memory_types),
        cmocka_unit_test(bits_that_cannot_be_written),
        cmocka_unit_test(time_stamp),
    };
    return cmocka_run_group_tests_name("guest_msr", tests, NULL, NULL);
}
