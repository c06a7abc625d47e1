/* Tests INS and OUTS, one iteration at a time: SDM Vol 2A "INS", Vol 2B "OUTS". */
#include "tests/unit/unit.h"

#include "tests/unit/vmx/cpu/fixture.h"
#include "vmx/cpu/string.h"

static bool last;

static bool step(struct guest_string string)
{
    return guest_string_step(&fixture, &string, 0xa1b2c3d4, &last);
}

static void in(void **state)
{
    (void)state;
    fixture_32();
    fixture.segments[GUEST_ES].base = 0x2000;
    fixture.general[7] = 0x10; /* EDI */
    fixture.general[1] = 7;
    for (unsigned size = 1; size <= 4; size *= 2) {
        const uint64_t at = 0x2000 + fixture.general[7];
        fixture_put(at, 0x1111111111111111, 8);
        assert_true(step((struct guest_string){.in = true, .size = size, .address_size = 4}));
        assert_true(last);
        assert_int_equal(fixture_get(at, size), 0xa1b2c3d4 & (UINT64_MAX >> (64 - 8 * size)));
        assert_int_equal(fixture_get(at + size, 1), 0x11);
    }
    assert_int_equal(fixture.general[7], 0x17);
    assert_int_equal(fixture.general[1], 7);
    fixture.rflags |= 0x400; /* DF */
    assert_true(step((struct guest_string){.in = true, .size = 4, .address_size = 4}));
    assert_int_equal(fixture.general[7], 0x13);
}

static void out(void **state)
{
    (void)state;
    fixture_32();
    fixture.general[6] = 0x10; /* ESI */
    fixture.segments[GUEST_DS].limit = 0;
    fixture.segments[GUEST_DS].access_rights = 0x4091;
    assert_true(step((struct guest_string){.size = 2, .address_size = 4, .segment = GUEST_FS}));
    assert_int_equal(fixture.general[6], 0x12);
    FAULTS(13, 0, step((struct guest_string){.size = 2, .address_size = 4, .segment = GUEST_DS}));
    assert_int_equal(fixture.general[6], 0x12);
    /* A read-only segment suffices, because OUTS does not write. */
    fixture.segments[GUEST_FS].access_rights = 0xc091;
    assert_true(step((struct guest_string){.size = 2, .address_size = 4, .segment = GUEST_FS}));
    fixture.segments[GUEST_ES] = fixture.segments[GUEST_FS];
    FAULTS(13, 0, step((struct guest_string){.in = true, .size = 1, .address_size = 4}));
    fixture.general[6] = FIXTURE_SIZE;
    STOPS(step((struct guest_string){.size = 2, .address_size = 4, .segment = GUEST_FS}));
}

static void repeated(void **state)
{
    const struct guest_string rep = {.in = true, .repeated = true, .size = 1, .address_size = 4};
    (void)state;
    fixture_32();
    fixture.general[1] = 2;
    assert_true(step(rep));
    assert_false(last);
    assert_int_equal(fixture.general[1], 1);
    assert_true(step(rep));
    assert_true(last);
    assert_int_equal(fixture.general[1], 0);
    assert_int_equal(fixture.general[7], 2);
    assert_true(step(rep)); /* ECX is 0: the instruction is complete */
    assert_true(last);
    assert_int_equal(fixture.general[1], 0);
    assert_int_equal(fixture.general[7], 2);
    fixture.general[1] = 5;
    fixture.segments[GUEST_ES].limit = 1;
    FAULTS(13, 0, step(rep));
    assert_int_equal(fixture.general[1], 5);
    assert_int_equal(fixture.general[7], 2);
}

static void address_sizes(void **state)
{
    struct guest_string rep = {.in = true, .repeated = true, .size = 2, .address_size = 2};
    (void)state;
    fixture_32();
    fixture.general[1] = 0xabcd0001;
    fixture.general[7] = 0x1234fffe;
    assert_true(step(rep));
    assert_true(last); /* CX is 0 */
    assert_int_equal(fixture.general[1], 0xabcd0000);
    assert_int_equal(fixture.general[7], 0x12340000);
    assert_int_equal(fixture_get(0xfffe, 2), 0xc3d4);
    fixture_64();
    fixture.crs.cr0 &= ~UINT64_C(0x80000000); /* without paging, because there are no tables */
    rep.address_size = 4;
    fixture.general[1] = UINT64_C(0x5500000002);
    fixture.general[7] = UINT64_C(0x5500000100);
    assert_true(step(rep));
    assert_false(last);
    assert_int_equal(fixture.general[1], 1);
    assert_int_equal(fixture.general[7], 0x102);
    rep.address_size = 8;
    fixture.general[1] = UINT64_C(0x5500000000);
    assert_true(step(rep));
    assert_false(last);
    assert_int_equal(fixture.general[1], UINT64_C(0x54ffffffff));
    fixture.general[7] = UINT64_C(0x8000000000000000);
    FAULTS(13, 0, step(rep));
}

static void alignment(void **state)
{
    (void)state;
    fixture_32();
    fixture.crs.cr0 |= 0x40000;
    fixture.rflags |= 0x40000;
    fixture.segments[GUEST_SS].access_rights = 0xc0f3;
    fixture.general[7] = 2;
    FAULTS(17, 0, step((struct guest_string){.in = true, .size = 4, .address_size = 4}));
    assert_true(step((struct guest_string){.in = true, .size = 2, .address_size = 4}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in),        cmocka_unit_test(out),
        cmocka_unit_test(repeated),  cmocka_unit_test(address_sizes),
        cmocka_unit_test(alignment),
    };
    return cmocka_run_group_tests_name("guest_string", tests, NULL, NULL);
}
