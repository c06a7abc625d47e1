/* Tests SGDT, SIDT, LGDT, LIDT, SLDT, STR, LLDT and LTR: SDM Vol 2A and 2B. */
#include "tests/unit/unit.h"

#include <string.h>

#include "tests/unit/vmx/cpu/fixture.h"
#include "vmx/cpu/descriptor.h"

static const struct guest_operand at = {GUEST_DS, 0x9000};
static struct guest_table table;

static void put_descriptor(unsigned selector, uint64_t low, uint64_t high)
{
    fixture_put(FIXTURE_GDT + (selector & ~7U), low, 8);
    if (high)
        fixture_put(FIXTURE_GDT + (selector & ~7U) + 8, high, 8);
}

/* Enters 64-bit mode with the memory mapped one to one by 2-MiB pages. */
static void begin_64(void)
{
    fixture_64();
    fixture_put(0x1000, 0x2003, 8);
    fixture_put(0x2000, 0x3003, 8);
    fixture_put(0x3000, 0x83, 8);
}

static void store(void **state)
{
    (void)state;
    fixture_32();
    fixture_put(0x9000, UINT64_MAX, 8);
    fixture_put(0x9008, UINT64_MAX, 8);
    table = (struct guest_table){UINT64_C(0xffff812345678900), 0x1234};
    assert_true(guest_table_store(&fixture, at, &table));
    assert_int_equal(fixture_get(0x9000, 8), UINT64_C(0xffff456789001234));
    begin_64();
    assert_true(guest_table_store(&fixture, at, &table));
    assert_int_equal(fixture_get(0x9000, 2), 0x1234);
    assert_int_equal(fixture_get(0x9002, 8), UINT64_C(0xffff812345678900));
    assert_int_equal(fixture_get(0x900a, 2), 0);
    fixture_32();
    fixture.segments[GUEST_DS].limit = 0x9004;
    FAULTS(13, 0, guest_table_store(&fixture, at, &table));
    fixture_32();
    /* #AC if the base or the limit is not aligned. */
    fixture.segments[GUEST_SS].access_rights = 0xc0f3;
    fixture.crs.cr0 |= 0x40000;
    fixture.rflags |= 0x40000;
    FAULTS(17, 0, guest_table_store(&fixture, at, &table));
    assert_true(guest_table_store(&fixture, (struct guest_operand){GUEST_DS, 0x9002}, &table));
    FAULTS(17, 0, guest_table_store(&fixture, (struct guest_operand){GUEST_DS, 0x9001}, &table));
}

static void load(void **state)
{
    (void)state;
    fixture_32();
    fixture_put(0x9000, UINT64_C(0xffff89abcdef4321), 8);
    fixture_put(0x9008, 0xffff, 8);
    assert_true(guest_table_load(&fixture, at, false, &table));
    assert_int_equal(table.base, 0x89abcdef);
    assert_int_equal(table.limit, 0x4321);
    assert_true(guest_table_load(&fixture, at, true, &table));
    assert_int_equal(table.base, 0xabcdef);
    begin_64();
    fixture_put(0x9000, UINT64_C(0x800089abcdef4321), 8);
    fixture_put(0x9008, 0xffff, 8);
    /* The operand size does not matter. */
    assert_true(guest_table_load(&fixture, at, true, &table));
    assert_int_equal(table.base, UINT64_C(0xffff800089abcdef));
    fixture_put(0x9008, 0x7fff, 8);
    table.limit = 1;
    FAULTS(13, 0, guest_table_load(&fixture, at, false, &table));
    assert_int_equal(table.limit, 1);
    /* Canonical for the maximum width of the processor, not for the paging mode in use. */
    fixture_put(0x9008, 0x0080, 8);
    FAULTS(13, 0, guest_table_load(&fixture, at, false, &table));
    fixture.linear_bits = 57;
    assert_true(guest_table_load(&fixture, at, false, &table));
}

static void selectors(void **state)
{
    const uint64_t before = UINT64_C(0x1111111111111111);
    (void)state;
    fixture_32();
    fixture_put(0x9000, UINT32_MAX, 4);
    assert_true(guest_selector_store(&fixture, at, 0x28));
    assert_int_equal(fixture_get(0x9000, 4), 0xffff0028);
    FAULTS(13, 0, guest_selector_store(&fixture, (struct guest_operand){GUEST_CS, 0x9000}, 0x28));
    assert_int_equal(guest_selector_in_register(before, 0x28, 2), UINT64_C(0x1111111111110028));
    assert_int_equal(guest_selector_in_register(before, 0x28, 4), 0x28);
    assert_int_equal(guest_selector_in_register(before, 0x28, 8), 0x28);
    fixture.segments[GUEST_SS].access_rights = 0xc0f3;
    fixture.crs.cr0 |= 0x40000;
    fixture.rflags |= 0x40000;
    FAULTS(17, 0, guest_selector_store(&fixture, (struct guest_operand){GUEST_DS, 0x9001}, 0x28));
}

static void ldtr(void **state)
{
    (void)state;
    fixture_32();
    put_descriptor(0x20, 0x0000820088000027, 0);
    assert_true(guest_ldtr_load(&fixture, 0x23));
    assert_int_equal(fixture.ldtr.selector, 0x23);
    assert_int_equal(fixture.ldtr.base, 0x8800);
    assert_int_equal(fixture.ldtr.limit, 0x27);
    assert_int_equal(fixture.ldtr.access_rights, 0x82);
    fixture_put(0x8820, 0x0000820088000027, 8);
    FAULTS(13, 0x24, guest_ldtr_load(&fixture, 0x27)); /* TI: a selector of the LDT */
    FAULTS(13, 0x100, guest_ldtr_load(&fixture, 0x103));
    fixture.gdtr.limit = 0x26;
    FAULTS(13, 0x20, guest_ldtr_load(&fixture, 0x20));
    fixture.gdtr.limit = 0x27;
    assert_true(guest_ldtr_load(&fixture, 0x20));
    put_descriptor(0x20, 0x0000020088000027, 0);
    FAULTS(11, 0x20, guest_ldtr_load(&fixture, 0x20));
    for (uint64_t type = 0; type < 32; type++) { /* types with S in bit 4 */
        put_descriptor(0x20, 0x0000800088000027 | type << 40, 0);
        if (type == 2)
            assert_true(guest_ldtr_load(&fixture, 0x20));
        else
            FAULTS(13, 0x20, guest_ldtr_load(&fixture, 0x20));
    }
    assert_true(guest_ldtr_load(&fixture, 3)); /* null */
    assert_int_equal(fixture.ldtr.selector, 3);
    assert_int_equal(fixture.ldtr.access_rights & 0x10000, 0x10000);
}

static void tr(void **state)
{
    (void)state;
    fixture_32();
    for (uint64_t type = 0; type < 32; type++) {
        put_descriptor(0x20, 0x0000800070000067 | type << 40, 0);
        if (type == 1 || type == 9) {
            assert_true(guest_tr_load(&fixture, 0x21));
            assert_int_equal(fixture_get(FIXTURE_GDT + 0x20, 8), 0x0000800070000067 | (type | 2)
                                                                                          << 40);
            assert_int_equal(fixture.tr.access_rights, 0x80 | type | 2);
            assert_int_equal(fixture.tr.selector, 0x21);
            assert_int_equal(fixture.tr.base, 0x7000);
        } else {
            FAULTS(13, 0x20, guest_tr_load(&fixture, 0x21));
        }
    }
    /* A null selector does not refer to this descriptor. */
    put_descriptor(0, 0x0000890070000067, 0);
    FAULTS(13, 0, guest_tr_load(&fixture, 2));
    FAULTS(13, 0x24, guest_tr_load(&fixture, 0x24));
    FAULTS(13, 0x200, guest_tr_load(&fixture, 0x200));
    put_descriptor(0x20, 0x0000090070000067, 0);
    FAULTS(11, 0x20, guest_tr_load(&fixture, 0x20));
    assert_int_equal(fixture.tr.selector, 0x21);
}

static void in_64_bit_mode(void **state)
{
    (void)state;
    begin_64();
    put_descriptor(0x20, 0x8900890070000067, 0x2345);
    assert_true(guest_tr_load(&fixture, 0x20));
    assert_int_equal(fixture.tr.base, UINT64_C(0x234589007000));
    put_descriptor(0x20, 0x0000890070000067, 0x00008000);
    FAULTS(13, 0x20, guest_tr_load(&fixture, 0x20));
    put_descriptor(0x20, 0x0000890070000067, UINT64_C(0x0000010000000001));
    FAULTS(13, 0x20, guest_tr_load(&fixture, 0x20));
    put_descriptor(0x20, 0x0000810070000067, 1); /* a 16-bit TSS */
    FAULTS(13, 0x20, guest_tr_load(&fixture, 0x20));
    put_descriptor(0x20, 0x0000820088000027, 1);
    assert_true(guest_ldtr_load(&fixture, 0x20));
    assert_int_equal(fixture.ldtr.base, UINT64_C(0x100008800));
    fixture.gdtr.limit = 0x2e;
    FAULTS(13, 0x20, guest_ldtr_load(&fixture, 0x20));
    /* Compatibility mode: descriptors of 8 bytes. */
    fixture.segments[GUEST_CS].access_rights = 0xc09b;
    assert_true(guest_ldtr_load(&fixture, 0x20));
    assert_int_equal(fixture.ldtr.base, 0x8800);
    put_descriptor(0x20, 0x0000810070000067, 0);
    FAULTS(13, 0x20, guest_tr_load(&fixture, 0x20));

    begin_64(); /* accesses to tables are supervisor accesses, also the write of the busy bit */
    put_descriptor(0x20, 0x0000890070000067, 1);
    fixture_put(0x3000, 0x81, 8);
    fixture.crs.cr0 |= 0x10000;
    FAULTS(14, 3, guest_tr_load(&fixture, 0x20));
    assert_int_equal(fixture.tr.selector, 0x18);
    fixture_put(0x3000, 0, 8);
    FAULTS(14, 0, guest_ldtr_load(&fixture, 0x20));
    assert_int_equal(fixture.fault.address, 0x8020);
}

static void in_the_ldt(void **state)
{
    uint64_t linear;
    (void)state;
    fixture_32();
    FAULTS(10, 0x0c, guest_descriptor_find(&fixture, 0x0f, 8, VECTOR_TS, &linear));
    fixture.ldtr = (struct segment){0x20, 0x17, 0x82, FIXTURE_LDT};
    assert_true(guest_descriptor_find(&fixture, 0x14, 8, VECTOR_TS, &linear));
    assert_int_equal(linear, FIXTURE_LDT + 0x10);
    FAULTS(10, 0x1c, guest_descriptor_find(&fixture, 0x1c, 8, VECTOR_TS, &linear));
    fixture.external = true;
    FAULTS(10, 0x1d, guest_descriptor_find(&fixture, 0x1c, 8, VECTOR_TS, &linear));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(store),      cmocka_unit_test(load), cmocka_unit_test(selectors),
        cmocka_unit_test(ldtr),       cmocka_unit_test(tr),   cmocka_unit_test(in_64_bit_mode),
        cmocka_unit_test(in_the_ldt),
    };
    return cmocka_run_group_tests_name("guest_descriptor", tests, NULL, NULL);
}
