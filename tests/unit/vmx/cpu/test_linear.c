/* Tests accesses at linear addresses: SDM Vol 3A §4.2 to §4.8. */
#include "tests/unit/unit.h"

#include <string.h>

#include "tests/unit/vmx/cpu/fixture.h"
#include "vmx/cpu/linear.h"

/* Literals from the SDM, so that the tests do not depend on lib/x86.h. */
enum { P = 1, W = 2, U = 4, A = 0x20, D = 0x40, PS = 0x80 };
#define XD  UINT64_C(0x8000000000000000)
#define WP  UINT64_C(0x10000)
#define NXE UINT64_C(0x800)

enum { PAGE = 0xf000, PML5 = 0x1000, PML4 = 0x2000, PDPT = 0x3000, PD = 0x4000, PT = 0x5000 };

static uint32_t value;

static bool reads(uint64_t linear)
{
    value = 0;
    return guest_linear_read(&fixture, linear, &value, sizeof value, GUEST_READ);
}

static bool writes(uint64_t linear)
{
    const uint32_t written = 0x12345678;
    return guest_linear_write(&fixture, linear, &written, sizeof written, GUEST_READ);
}

static void user(void)
{
    fixture.segments[GUEST_SS].access_rights = 0xc0f3;
}

/* The addresses have index 3 in each table. All entries have the same rights. */

static void map_64(unsigned levels, uint64_t rights)
{
    static const uint64_t tables[] = {PML5, PML4, PDPT, PD, PT, PAGE};
    fixture_64();
    for (unsigned i = 5 - levels; i < 5; i++)
        fixture_put(tables[i] + 3 * 8, tables[i + 1] | rights, 8);
    fixture.crs.cr3 = tables[5 - levels];
    if (levels == 5)
        fixture.crs.cr4 |= 0x1000;
    fixture_put(PAGE, 0x99aabbcc, 4);
}

static const uint64_t linear_4 =
    (UINT64_C(3) << 39) | (UINT64_C(3) << 30) | (UINT64_C(3) << 21) | (UINT64_C(3) << 12);

static void no_paging(void **state)
{
    (void)state;
    fixture_32();
    fixture_put(0x2000, 0xcafe, 4);
    assert_true(reads(0x2000));
    assert_int_equal(value, 0xcafe);
    assert_true(writes(FIXTURE_SIZE - 4));
    assert_int_equal(fixture_get(FIXTURE_SIZE - 4, 4), 0x12345678);
    STOPS(reads(FIXTURE_SIZE));
    STOPS(writes(FIXTURE_SIZE - 2)); /* crosses the end of memory: nothing is written */
    assert_int_equal(fixture_get(FIXTURE_SIZE - 4, 4), 0x12345678);
}

static void four_and_five_levels(void **state)
{
    (void)state;
    for (unsigned levels = 4; levels <= 5; levels++) {
        const uint64_t linear = linear_4 | (levels == 5 ? UINT64_C(3) << 48 : 0);
        map_64(levels, P | W);
        assert_true(reads(linear));
        assert_int_equal(value, 0x99aabbcc);
        assert_int_equal(fixture_get(PT + 24, 8), PAGE | P | W | A);
        assert_int_equal(fixture_get(PML4 + 24, 8), PDPT | P | W | A);
        assert_true(writes(linear + 8));
        assert_int_equal(fixture_get(PAGE + 8, 4), 0x12345678);
        assert_int_equal(fixture_get(PT + 24, 8), PAGE | P | W | A | D);
        assert_int_equal(fixture_get(PD + 24, 8), PT | P | W | A);
        FAULTS(14, 0, reads(linear + (UINT64_C(1) << 39)));
        assert_int_equal(fixture.fault.address, linear + (UINT64_C(1) << 39));
        FAULTS(14, W, writes(linear + 0x1000));
    }
    FAULTS(14, 0, reads(linear_4)); /* the index at the fifth level is 0 */
}

static void large_pages(void **state)
{
    (void)state;
    map_64(4, P | W);
    fixture_put(PD + 24, PS | P | W, 8); /* 2 MiB at 0 */
    fixture_put(0x3004, 0x55, 4);
    assert_true(reads(linear_4 + 4));
    assert_int_equal(value, 0x55);
    fixture_put(PDPT + 24, PS | P | W, 8); /* 1 GiB at 0 */
    assert_true(reads((linear_4 & ~UINT64_C(0x3fffffff)) + 0x3004));
    assert_int_equal(value, 0x55);
    assert_true(writes((linear_4 & ~UINT64_C(0x3fffffff)) + 0x3004));
    assert_int_equal(fixture_get(PDPT + 24, 8), PS | P | W | A | D);
    fixture.gigabyte_pages = false;
    FAULTS(14, P | 8, reads(linear_4));
}

static void reserved_64(void **state)
{
    (void)state;
    /* The address bits beyond the width of 36, and XD without EFER.NXE. */
    static const unsigned tables[] = {PML4, PDPT, PD, PT};
    for (unsigned i = 0; i < 4; i++) {
        for (unsigned bit = 36; bit < 64; bit++) {
            map_64(4, P | W);
            fixture_put(tables[i] + 24, fixture_get(tables[i] + 24, 8) | UINT64_C(1) << bit, 8);
            if (bit < 52 || bit == 63)
                FAULTS(14, P | W | 8, writes(linear_4));
            else
                assert_true(writes(linear_4));
        }
        map_64(4, P | W);
        fixture.crs.efer |= NXE;
        fixture_put(tables[i] + 24, fixture_get(tables[i] + 24, 8) | XD, 8);
        assert_true(reads(linear_4));
    }
    map_64(4, P | W);
    fixture_put(PML4 + 24, PDPT | P | PS, 8);
    FAULTS(14, P | 8, reads(linear_4));
    fixture_put(PT + 24, PAGE | P | PS, 8); /* in a page-table entry the bit is PAT */
    fixture_put(PML4 + 24, PDPT | P, 8);
    assert_true(reads(linear_4));
    for (unsigned bit = 12; bit < 30; bit++) {
        fixture_put(PDPT + 24, P | PS | UINT64_C(1) << bit, 8);
        if (bit > 12)
            FAULTS(14, P | 8, reads(linear_4 & ~UINT64_C(0x3fffffff)));
        fixture_put(PDPT + 24, PD | P, 8);
        fixture_put(PD + 24, P | PS | UINT64_C(1) << bit, 8);
        if (bit > 12 && bit < 21)
            FAULTS(14, P | 8, reads(linear_4));
    }
    fixture_put(PD + 24, P | PS | 0x1000, 8); /* bit 12 is PAT */
    assert_true(reads(linear_4));
    map_64(5, P);
    fixture_put(PML5 + 24, PML4 | P | PS, 8);
    FAULTS(14, P | 8, reads(linear_4 | UINT64_C(3) << 48));
}

static void paging_32(void **state)
{
    (void)state;
    fixture_32();
    fixture.crs.cr0 |= 0x80000000;
    fixture_put(0x1000 + 4 * 4, PD | P | W, 4);
    fixture_put(PD + 5 * 4, PAGE | P | W, 4);
    fixture_put(PAGE, 0x77, 4);
    assert_true(reads(0x01005000));
    assert_int_equal(value, 0x77);
    assert_true(writes(0x01005004));
    assert_int_equal(fixture_get(PD + 20, 4), PAGE | P | W | A | D);
    assert_int_equal(fixture_get(PD + 24, 4), 0); /* the neighbouring entry is unchanged */
    assert_int_equal(fixture_get(0x1010, 4), PD | P | W | A);
    FAULTS(14, 0, reads(0x01006000));
    FAULTS(14, 0, reads(0x02000000));

    fixture_put(0x1010, PS | P | W,
                4); /* without CR4.PSE the bit is ignored: the entry refers to a table at 0 */
    fixture_put(5 * 4, PAGE | P, 4);
    assert_true(reads(0x01005000));
    assert_int_equal(value, 0x77);
    fixture.crs.cr4 = 0x10;
    fixture_put(5 * 4, 0, 4);
    fixture_put(0x5000, 0x88, 4);
    assert_true(reads(0x01005000));
    assert_int_equal(value, 0x88);
    for (unsigned bit = 12; bit < 22; bit++) {
        fixture_put(0x1010, PS | P | W | UINT32_C(1) << bit, 4);
        if (bit >= 17)
            FAULTS(14, P | 8, reads(0x01005000)); /* beyond the physical-address width of 36 */
        else if (bit >= 13)
            STOPS(reads(0x01005000)); /* PSE-36: beyond 4 GiB */
        else
            assert_true(reads(0x01005000));
    }
    fixture.cr_facts.physical_bits = 46;
    fixture_put(0x1010, PS | P | W | UINT32_C(1) << 20, 4);
    STOPS(reads(0x01005000));
    fixture_put(0x1010, PS | P | W | UINT32_C(1) << 21, 4);
    FAULTS(14, P | 8, reads(0x01005000));
}

static void map_pae(void)
{
    fixture_32();
    fixture.crs.cr0 |= 0x80000000;
    fixture.crs.cr4 = 0x20;
    fixture.crs.pdpte[2] = PD | P;
    fixture_put(PD + 3 * 8, PT | P | W, 8);
    fixture_put(PT + 4 * 8, PAGE | P | W, 8);
    fixture_put(PAGE, 0x77, 4);
}

static void paging_pae(void **state)
{
    const uint64_t linear = 0x80604000;
    (void)state;
    map_pae();
    assert_true(writes(linear + 4));
    assert_int_equal(fixture_get(PT + 32, 8), PAGE | P | W | A | D);
    assert_int_equal(fixture.crs.pdpte[2], PD | P);
    assert_true(reads(linear));
    assert_int_equal(value, 0x77);
    FAULTS(14, 0, reads(linear - 0x80000000));
    for (unsigned bit = 36; bit < 64; bit++) {
        fixture_put(PT + 32, PAGE | P | UINT64_C(1) << bit, 8);
        FAULTS(14, P | 8, reads(linear)); /* bits 62:52 too, unlike with 4-level paging */
    }
    fixture.crs.efer = NXE;
    assert_true(reads(linear)); /* XD */
    fixture_put(PD + 24, PS | P, 8);
    fixture_put(0x4000, 0, 8);
    assert_true(reads(0x80600000));
    fixture_put(PD + 24, PS | P | 0x2000, 8);
    FAULTS(14, P | 8, reads(0x80600000));
}

static void rights(void **state)
{
    (void)state;
    /* Rights of a page, and the accesses they allow: user read, user write, supervisor write with
     * CR0.WP */
    static const struct {
        uint64_t rights;
        bool user_read, user_write, wp_write;
    } cases[] = {{P, 0, 0, 0}, {P | W, 0, 0, 1}, {P | U, 1, 0, 0}, {P | W | U, 1, 1, 1}};
    for (unsigned i = 0; i < 4; i++) {
        for (unsigned level = 0; level < 2; level++) { /* the entries of both levels count */
            map_64(4, P | W | U);
            fixture_put(level ? PML4 + 24 : PT + 24, (level ? PDPT : PAGE) | cases[i].rights, 8);
            assert_true(reads(linear_4));
            assert_true(writes(linear_4)); /* without CR0.WP */
            fixture.crs.cr0 |= WP;
            assert_true(reads(linear_4));
            if (cases[i].wp_write)
                assert_true(writes(linear_4));
            else
                FAULTS(14, P | W, writes(linear_4));
            fixture.crs.cr0 &= ~WP;
            user();
            if (cases[i].user_read)
                assert_true(reads(linear_4));
            else
                FAULTS(14, P | U, reads(linear_4));
            if (cases[i].user_write)
                assert_true(writes(linear_4));
            else
                FAULTS(14, P | W | U, writes(linear_4));
        }
    }
    FAULTS(14, U, reads(0)); /* not present */
    map_64(4, P);
    user(); /* an access to a table is a supervisor access, and a fetched instruction may always be
               read */
    assert_true(guest_linear_read(&fixture, linear_4, &value, 4, GUEST_IMPLICIT));
    assert_true(guest_linear_read(&fixture, linear_4, &value, 4, GUEST_FETCHED));
    FAULTS(14, 0, guest_linear_read(&fixture, 0, &value, 4, GUEST_IMPLICIT));
}

static void smap(void **state)
{
    (void)state;
    map_64(4, P | W | U);
    fixture.crs.cr4 |= 0x200000;
    FAULTS(14, P, reads(linear_4));
    FAULTS(14, P | W, writes(linear_4));
    fixture.rflags |= 0x40000; /* AC */
    assert_true(reads(linear_4));
    assert_true(writes(linear_4));
    FAULTS(14, P, guest_linear_read(&fixture, linear_4, &value, 4, GUEST_IMPLICIT));
    fixture.rflags = 2;
    assert_true(guest_linear_read(&fixture, linear_4, &value, 4, GUEST_FETCHED));
    user();
    assert_true(writes(linear_4));
    map_64(4, P | W); /* a supervisor page */
    fixture.crs.cr4 |= 0x200000;
    assert_true(writes(linear_4));
}

static void protection_keys(void **state)
{
    (void)state;
    enum { AD = 1, WD = 2, PK = 0x20, KEY = 5 };
    map_64(4, P | W | U);
    fixture_put(PT + 24, PAGE | P | W | U | (uint64_t)KEY << 59, 8);
    fixture.pkru = AD << 2 * KEY;
    assert_true(reads(linear_4)); /* without CR4.PKE */
    fixture.crs.cr4 |= 0x400000;
    FAULTS(14, P | PK, reads(linear_4));
    assert_true(guest_linear_read(&fixture, linear_4, &value, 4, GUEST_FETCHED));
    fixture.pkru = WD << 2 * KEY;
    assert_true(reads(linear_4));
    assert_true(writes(linear_4)); /* a supervisor without CR0.WP */
    fixture.crs.cr0 |= WP;
    FAULTS(14, P | W | PK, writes(linear_4));
    fixture.crs.cr0 &= ~WP;
    user();
    FAULTS(14, P | W | U | PK, writes(linear_4));
    fixture.pkru = ~(UINT32_C(3) << 2 * KEY); /* forbids all other keys */
    assert_true(writes(linear_4));
    fixture.pkru = UINT32_MAX;
    fixture_put(PT + 24, PAGE | P | W | (uint64_t)KEY << 59, 8); /* a supervisor page */
    FAULTS(14, P | U, reads(linear_4));
    map_pae();
    fixture.crs.cr4 |= 0x400000;
    fixture.pkru = UINT32_MAX;
    fixture_put(PD + 24, PT | P | W | U, 8);
    fixture_put(PT + 32, PAGE | P | W | U, 8);
    assert_true(reads(0x80604000)); /* only in IA-32e mode */
}

static void crossing(void **state)
{
    (void)state;
    map_64(4, P | W);
    fixture_put(PT + 24, 0xe000 | P | W, 8);
    fixture_put(PT + 32, 0x9000 | P | W, 8);
    assert_true(writes(linear_4 + 0xffe));
    assert_int_equal(fixture_get(0xeffe, 2), 0x5678);
    assert_int_equal(fixture_get(0x9000, 2), 0x1234);
    assert_true(reads(linear_4 + 0xffe));
    assert_int_equal(value, 0x12345678);
    fixture_put(PT + 24, 0xe000 | P | W, 8);
    fixture_put(PT + 32, 0x9000 | W, 8);
    fixture_put(0xeffe, 0, 2);
    FAULTS(14, W, writes(linear_4 + 0xffe)); /* nothing is changed */
    assert_int_equal(fixture.fault.address, linear_4 + 0x1000);
    assert_int_equal(fixture_get(0xeffe, 2), 0);
    assert_int_equal(fixture_get(PT + 24, 8), 0xe000 | P | W);
    assert_true(guest_linear_probe(&fixture, linear_4, 4, GUEST_WRITE));
    assert_int_equal(fixture_get(PT + 24, 8), 0xe000 | P | W);
    FAULTS(14, W, guest_linear_probe(&fixture, linear_4 + 0xffe, 4, GUEST_WRITE));
    fixture_put(0xeffc, 0x31323334, 4);
    assert_true(reads(linear_4 + 0xffc)); /* to the end of the page */
    assert_int_equal(value, 0x31323334);
    fixture_put(PT + 24, UINT64_C(0x10000e003), 8); /* a physical address of more than 32 bits */
    STOPS(reads(linear_4));
    fixture_put(PT + 24, 0x20000 | P | W,
                8); /* neither the page nor a table may be outside the guest's memory */
    STOPS(reads(linear_4));
    fixture_put(PD + 24, 0x20000 | P | W, 8);
    STOPS(reads(linear_4));

    fixture_32(); /* linear addresses wrap at 32 bits */
    fixture.crs.cr0 |= 0x80000000;
    fixture.crs.cr4 = 0x10;
    fixture_put(FIXTURE_ROOT, PS | P | W, 4);
    fixture_put(FIXTURE_ROOT + 4 * 1023, PD | P | W, 4);
    fixture_put(PD + 4 * 1023, PAGE | P | W, 4);
    assert_true(writes(0xfffffffe));
    assert_int_equal(fixture_get(0, 2), 0x1234);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_paging),       cmocka_unit_test(four_and_five_levels),
        cmocka_unit_test(large_pages),     cmocka_unit_test(reserved_64),
        cmocka_unit_test(paging_32),       cmocka_unit_test(paging_pae),
        cmocka_unit_test(rights),          cmocka_unit_test(smap),
        cmocka_unit_test(protection_keys), cmocka_unit_test(crossing),
    };
    return cmocka_run_group_tests_name("guest_linear", tests, NULL, NULL);
}
