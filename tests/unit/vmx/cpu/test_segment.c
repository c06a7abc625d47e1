/* Tests logical addresses, memory operands, alignment checks and prefixes: SDM Vol 3A §5.3 to §5.8,
 * Vol 3C Tables 27-8 to 27-11, Vol 2A §2.1.1. */
#include "tests/unit/unit.h"

#include <string.h>

#include "tests/unit/vmx/cpu/fixture.h"
#include "vmx/cpu/prefix.h"
#include "vmx/cpu/segment.h"

static uint64_t linear;

static bool reads(unsigned segment, uint64_t offset, size_t size)
{
    const struct guest_operand operand = {segment, offset};
    return guest_operand_linear(&fixture, operand, size, false, &linear);
}

static bool writes(unsigned segment, uint64_t offset, size_t size)
{
    const struct guest_operand operand = {segment, offset};
    return guest_operand_linear(&fixture, operand, size, true, &linear);
}

static void limits(void **state)
{
    (void)state;
    fixture_32();
    fixture.segments[GUEST_DS] = (struct segment){0x20, 0xfff, 0x4093, 0x10000};
    assert_true(reads(GUEST_DS, 0xff6, 10));
    assert_int_equal(linear, 0x10ff6);
    FAULTS(13, 0, reads(GUEST_DS, 0xff7, 10));
    FAULTS(13, 0, writes(GUEST_DS, 0x1000, 1));
    FAULTS(13, 0, reads(GUEST_DS, 0xffffffff, 2));
    fixture.segments[GUEST_SS] = fixture.segments[GUEST_DS];
    FAULTS(12, 0, reads(GUEST_SS, 0x1000, 1));
    fixture.segments[GUEST_DS].base = 0xfffff000; /* linear addresses wrap, offsets do not */
    assert_true(reads(GUEST_DS, 0xfff, 1));
    fixture.segments[GUEST_DS].limit = 0xffffffff;
    assert_true(reads(GUEST_DS, 0x1004, 4));
    assert_int_equal(linear, 4);

    fixture.segments[GUEST_DS] = (struct segment){0x20, 0xfff, 0x4097, 0}; /* expand-down */
    FAULTS(13, 0, reads(GUEST_DS, 0xfff, 1));
    assert_true(reads(GUEST_DS, 0x1000, 4));
    assert_true(reads(GUEST_DS, 0xfffffffc, 4));
    FAULTS(13, 0, reads(GUEST_DS, 0xfffffffc, 5));
    fixture.segments[GUEST_DS].access_rights = 0x0097; /* the upper bound is 64 KiB */
    assert_true(writes(GUEST_DS, 0xfffc, 4));
    FAULTS(13, 0, writes(GUEST_DS, 0xfffc, 5));
    fixture.segments[GUEST_DS].access_rights = 0x409f; /* conforming code is not expand-down */
    assert_true(reads(GUEST_DS, 0, 1));
    FAULTS(13, 0, reads(GUEST_DS, 0x1000, 1));
}

static void types(void **state)
{
    (void)state;
    fixture_32();
    for (uint32_t type = 0; type < 16; type++) {
        fixture.segments[GUEST_FS] = (struct segment){0x20, 0xffffffff, 0xc090 | type, 0};
        const bool code = type & 8, bit1 = type & 2, down = (type & 12) == 4;
        if (down)
            fixture.segments[GUEST_FS].limit = 0;
        if (!code || bit1)
            assert_true(reads(GUEST_FS, 0x100, 4));
        else
            FAULTS(13, 0, reads(GUEST_FS, 0x100, 4));
        if (!code && bit1)
            assert_true(writes(GUEST_FS, 0x100, 4));
        else
            FAULTS(13, 0, writes(GUEST_FS, 0x100, 4));
    }
    fixture.segments[GUEST_FS].access_rights = 0x1c093; /* unusable */
    FAULTS(13, 0, reads(GUEST_FS, 0x100, 4));
    fixture_real(); /* real mode checks limits but not types */
    assert_true(writes(GUEST_CS, 0xfffc, 4));
    FAULTS(13, 0, writes(GUEST_CS, 0xfffd, 4));
    FAULTS(12, 0, reads(GUEST_SS, 0x10000, 1));
}

static void in_64_bit_mode(void **state)
{
    (void)state;
    fixture_64();
    for (unsigned i = 0; i < GUEST_SEGMENTS; i++) /* only the bases of FS and GS have an effect */
        fixture.segments[i] = (struct segment){0, 0, i == GUEST_CS ? 0xa09b : 0x10000, 0x1000};
    assert_true(writes(GUEST_DS, 0x123456789a, 8));
    assert_int_equal(linear, 0x123456789a);
    assert_true(writes(GUEST_CS, 0x10, 8));
    assert_int_equal(linear, 0x10);
    assert_true(writes(GUEST_GS, 0x10, 8));
    assert_int_equal(linear, 0x1010);
    assert_true(reads(GUEST_FS, UINT64_MAX, 8));
    assert_int_equal(linear, 0xfff);
    assert_true(reads(GUEST_DS, UINT64_C(0x00007ffffffffff8), 8));
    FAULTS(13, 0, reads(GUEST_DS, UINT64_C(0x00007ffffffffff8), 9));
    FAULTS(13, 0, reads(GUEST_DS, UINT64_C(0x0000800000000000), 1));
    FAULTS(13, 0, reads(GUEST_DS, UINT64_C(0xffff7fffffffffff), 2));
    FAULTS(12, 0, reads(GUEST_SS, UINT64_C(0x8000000000000000), 1));
    assert_true(reads(GUEST_SS, UINT64_C(0xffff800000000000), 1));
    fixture.crs.cr4 |= 0x1000; /* 57 bits */
    assert_true(reads(GUEST_DS, UINT64_C(0x00fffffffffffff8), 8));
    FAULTS(13, 0, reads(GUEST_DS, UINT64_C(0x0100000000000000), 1));
    fixture.segments[GUEST_CS].access_rights = 0xc09b; /* compatibility mode */
    FAULTS(13, 0, reads(GUEST_DS, 0x10, 1));
}

/* Makes instruction information: scale (bits 1:0), address size (9:7), segment (17:15), index
 * (21:18 and 22), base (26:23 and 27). */
static uint32_t form(unsigned scale, unsigned size, unsigned segment, int index, int base)
{
    return scale | size << 7 | segment << 15 | (index < 0 ? 1U << 22 : (unsigned)index << 18) |
           (base < 0 ? 1U << 27 : (unsigned)base << 23);
}

static void operands(void **state)
{
    (void)state;
    fixture_64();
    for (unsigned i = 0; i < GUEST_GENERAL; i++)
        fixture.general[i] = UINT64_C(0x100000000) * i + 0x1000 * i;
    struct guest_operand operand = guest_operand_of(&fixture, form(3, 2, GUEST_GS, 9, 15), 0x20);
    assert_int_equal(operand.segment, GUEST_GS);
    assert_int_equal(operand.offset, UINT64_C(0x100000000) * (15 + 72) + 0x1000 * (15 + 72) + 0x20);
    operand = guest_operand_of(&fixture, form(0, 2, GUEST_DS, -1, 4), (uint64_t)-8);
    assert_int_equal(operand.offset, UINT64_C(0x400004000) - 8);
    operand = guest_operand_of(&fixture, form(2, 2, GUEST_DS, 1, -1), 0);
    assert_int_equal(operand.offset, UINT64_C(0x400004000));
    operand = guest_operand_of(&fixture, form(1, 1, GUEST_SS, 2, 3), 1);
    assert_int_equal(operand.segment, GUEST_SS);
    assert_int_equal(operand.offset, 0x7001);
    operand = guest_operand_of(&fixture, form(0, 0, GUEST_ES, -1, -1), 0x12345);
    assert_int_equal(operand.offset, 0x2345);
}

static void alignment(void **state)
{
    (void)state;
    fixture_32();
    fixture.crs.cr0 |= 0x40000;
    fixture.rflags |= 0x40000;
    assert_true(guest_is_aligned(&fixture, 1, 4)); /* CPL 0 */
    fixture.segments[GUEST_SS].access_rights = 0xc0f3;
    fixture.external = true; /* the error code of #AC is always 0 */
    FAULTS(17, 0, guest_is_aligned(&fixture, 2, 4));
    assert_true(guest_is_aligned(&fixture, 4, 4));
    fixture.rflags = 2;
    assert_true(guest_is_aligned(&fixture, 2, 4));
    fixture.rflags |= 0x40000;
    fixture.crs.cr0 &= ~UINT64_C(0x40000);
    assert_true(guest_is_aligned(&fixture, 2, 4));
}

static struct guest_prefixes prefixes_of(const char *bytes, size_t length)
{
    struct guest_prefixes prefixes;
    memcpy(fixture_memory + 0x7000, bytes, length);
    fixture.rip = 0x7000 - fixture.segments[GUEST_CS].base;
    assert_true(guest_prefixes_read(&fixture, (unsigned)length, &prefixes));
    return prefixes;
}

#define PREFIXES(bytes, operand, address, segment)                                                 \
    do {                                                                                           \
        const struct guest_prefixes found = prefixes_of(bytes, sizeof(bytes) - 1);                 \
        assert_int_equal(found.operand_size, operand);                                             \
        assert_int_equal(found.address_size, address);                                             \
        assert_int_equal(found.data_segment, segment);                                             \
    } while (0)

static void prefixes(void **state)
{
    (void)state;
    fixture_32();
    fixture.segments[GUEST_CS].base = 0x1000;
    PREFIXES("\x0f\x00\xc0", 4, 4, GUEST_DS);
    PREFIXES("\x66\x0f\x00\xc0", 2, 4, GUEST_DS);
    PREFIXES("\xf3\x67\x6e", 4, 2, GUEST_DS);
    PREFIXES("\x48\x6e", 4, 4, GUEST_DS); /* not a REX prefix outside 64-bit mode */
    PREFIXES("\x6e\x66\x67\x65", 4, 4, GUEST_DS);
    PREFIXES("\x26\x6e", 4, 4, GUEST_ES);
    PREFIXES("\x2e\x6e", 4, 4, GUEST_CS);
    PREFIXES("\x36\x6e", 4, 4, GUEST_SS);
    PREFIXES("\x65\x3e\x6e", 4, 4, GUEST_DS); /* the last override counts */
    PREFIXES("\xf2\xf0\xf3\x64\x6e", 4, 4, GUEST_FS);
    PREFIXES("\x65\x66\x67\x6e", 2, 2, GUEST_GS);
    fixture_real();
    PREFIXES("\x6e", 2, 2, GUEST_DS);
    PREFIXES("\x66\x66\x67\x6e", 4, 4, GUEST_DS);

    fixture_64();
    fixture.crs.cr0 &= ~UINT64_C(0x80000000); /* without paging, because there are no tables */
    PREFIXES("\x0f\x00\xc0", 4, 8, GUEST_DS);
    PREFIXES("\x66\x67\x0f\x00\xc0", 2, 4, GUEST_DS);
    PREFIXES("\x66\x48\x0f\x00\xc0", 8, 8, GUEST_DS);
    PREFIXES("\x66\x41\x0f\x00\xc0", 2, 8, GUEST_DS);
    PREFIXES("\x48\x65\x0f\x00\xc0", 4, 8, GUEST_GS); /* REX counts only as the last prefix */
    struct guest_prefixes none;
    fixture.rip = FIXTURE_SIZE;
    STOPS(guest_prefixes_read(&fixture, 3, &none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits),   cmocka_unit_test(types),     cmocka_unit_test(in_64_bit_mode),
        cmocka_unit_test(operands), cmocka_unit_test(alignment), cmocka_unit_test(prefixes),
    };
    return cmocka_run_group_tests_name("guest_segment", tests, NULL, NULL);
}
