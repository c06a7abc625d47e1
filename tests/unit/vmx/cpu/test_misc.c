/* Tests XSETBV, RDRAND, UMWAIT, INVPCID, IN and MOV DR: SDM Vol 1 §13.3, Vol 2A, Vol 2B, Vol 3B
 * §17.2. */
#include "tests/unit/unit.h"

#include "vmx/cpu/misc.h"

static void xcr0(void **state)
{
    (void)state;
    const uint64_t all = 0x2e7; /* x87, SSE, AVX, AVX-512, PKRU */
    static const uint64_t good[] = {0x1, 0x3, 0x7, 0xe7, 0x201, 0x2e7};
    static const uint64_t bad[] = {
        0x0, 0x2, 0x5, 0x27, 0x67, 0xa7, 0xe3, 0xe1, 0x9, 0x40007, UINT64_C(0x8000000000000007)};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(guest_xcr0_is_valid(all, good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(guest_xcr0_is_valid(all, bad[i]));
    assert_false(guest_xcr0_is_valid(0x3, 0x7));
    assert_false(guest_xcr0_is_valid(0, 0x1));
}

static void random_numbers(void **state)
{
    (void)state;
    const uint64_t before = UINT64_C(0x1111111111111111), drawn = UINT64_C(0xfedcba9876543210);
    assert_int_equal(guest_random_register(0x0000, before, drawn), UINT64_C(0x1111111111113210));
    assert_int_equal(guest_random_register(0x0800, before, drawn), 0x76543210);
    assert_int_equal(guest_random_register(0x1000, before, drawn), drawn);
    assert_int_equal(guest_rflags_cf(0xed7, true), 0x603);
    assert_int_equal(guest_rflags_cf(0xed7, false), 0x602);
}

static void waits(void **state)
{
    (void)state;
    assert_true(guest_user_wait_is_valid(0));
    assert_true(guest_user_wait_is_valid(1));
    assert_false(guest_user_wait_is_valid(2));
    assert_false(guest_user_wait_is_valid(UINT32_C(0x80000000)));
}

static void ports(void **state)
{
    (void)state;
    const uint64_t before = UINT64_C(0x1111111111111111);
    assert_int_equal(guest_in_register(1, before, UINT64_MAX), UINT64_C(0x11111111111111ff));
    assert_int_equal(guest_in_register(2, before, UINT64_MAX), UINT64_C(0x111111111111ffff));
    assert_int_equal(guest_in_register(4, before, UINT64_MAX), 0xffffffff);
}

static void invpcid(void **state)
{
    (void)state;
    const uint64_t none[2] = {0, 0x1000}, pcid[2] = {0xfff, 0x1000}, reserved[2] = {0x1000, 0};
    const uint64_t high[2] = {UINT64_C(0x8000000000000000), 0}, far[2] = {0, UINT64_C(1) << 47};
    for (uint64_t type = 0; type < 4; type++) {
        assert_true(guest_invpcid_is_valid(type, none, false, 48));
        assert_true(guest_invpcid_is_valid(type, pcid, true, 48));
        assert_int_equal(guest_invpcid_is_valid(type, pcid, false, 48), type >= 2);
        assert_false(guest_invpcid_is_valid(type, reserved, true, 48));
        assert_false(guest_invpcid_is_valid(type, high, true, 48));
        assert_int_equal(guest_invpcid_is_valid(type, far, false, 48), type != 0);
        assert_true(guest_invpcid_is_valid(type, far, false, 57));
    }
    assert_false(guest_invpcid_is_valid(4, none, false, 48));
    assert_false(guest_invpcid_is_valid(UINT64_C(0x100000000), none, false, 48));
}

static void debug_registers(void **state)
{
    (void)state;
    assert_int_equal(guest_dr6(0, false), 0xffff0ff0);
    assert_int_equal(guest_dr6(UINT64_MAX, false), 0xffffefff);
    assert_int_equal(guest_dr6(0, true), 0xfffe0ff0);
    assert_int_equal(guest_dr6(UINT64_MAX, true), 0xffffefff);
    assert_int_equal(guest_dr7(0, false), 0x400);
    assert_int_equal(guest_dr7(UINT64_MAX, false), 0xffff27ff);
    assert_int_equal(guest_dr7(0, true), 0x400);
    assert_int_equal(guest_dr7(UINT64_MAX, true), 0xffff2fff);
}

/* DR7 (SDM Vol 3B, Figure 17-1): breakpoint n has L and G at bit 2n, R/W at 16 + 4n, LEN at
 * 18 + 4n. */
static void io_breakpoints(void **state)
{
    const uint64_t cr4 = UINT64_C(1) << 3, dr[4] = {0x60, 0x61, 0x100, 0x60};
    const uint64_t io_0 = UINT64_C(0x00020000), io_1 = UINT64_C(0x00200000);
    (void)state;
    assert_int_equal(guest_io_breakpoints(dr, io_0 | 1, cr4, 0x60, 1), 1);
    assert_int_equal(guest_io_breakpoints(dr, io_0 | 2, cr4, 0x60, 1), 1); /* globally enabled */
    assert_int_equal(guest_io_breakpoints(dr, io_0 | 1, 0, 0x60, 1), 0);   /* CR4.DE = 0 */
    assert_int_equal(guest_io_breakpoints(dr, io_0, cr4, 0x60, 1), 0);     /* not enabled */
    assert_int_equal(guest_io_breakpoints(dr, UINT64_C(0x10001), cr4, 0x60, 1),
                     0); /* a data breakpoint */
    assert_int_equal(guest_io_breakpoints(dr, io_0 | 1, cr4, 0x61, 1), 0);
    assert_int_equal(guest_io_breakpoints(dr, io_0 | 1, cr4, 0x5f, 1), 0);
    assert_int_equal(guest_io_breakpoints(dr, io_0 | 1, cr4, 0x5f, 2), 1);
    assert_int_equal(guest_io_breakpoints(dr, io_0 | 1, cr4, 0x5d, 4), 1);
    assert_int_equal(guest_io_breakpoints(dr, io_0 | 1, cr4, 0x5c, 4), 0);
    assert_int_equal(guest_io_breakpoints(dr, io_0 | 0x40001, cr4, 0x61, 1), 1); /* two bytes */
    assert_int_equal(guest_io_breakpoints(dr, io_1 | 0x400004, cr4, 0x60, 1),
                     2); /* the address is aligned down */
    assert_int_equal(guest_io_breakpoints(dr, io_0 | 0xc0001, cr4, 0x63, 1), 1); /* four bytes */
    assert_int_equal(guest_io_breakpoints(dr, io_0 | 0xc0001, cr4, 0x64, 1), 0);
    /* A matching breakpoint that is not enabled is reported together with an enabled one. */
    assert_int_equal(guest_io_breakpoints(dr, io_0 | UINT64_C(0x20000000) | 1, cr4, 0x60, 1), 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xcr0),           cmocka_unit_test(random_numbers),
        cmocka_unit_test(waits),          cmocka_unit_test(ports),
        cmocka_unit_test(invpcid),        cmocka_unit_test(debug_registers),
        cmocka_unit_test(io_breakpoints),
    };
    return cmocka_run_group_tests_name("guest_misc", tests, NULL, NULL);
}
