/* Tests task switches: SDM Vol 3A §7.2 to §7.6. */
#include "tests/unit/unit.h"

#include <string.h>

#include "tests/unit/vmx/cpu/fixture.h"
#include "vmx/cpu/task.h"

/* Selectors, and addresses of the TSSs. */
enum { CODE = 0x08, DATA = 0x10, OLD = 0x18, NEW = 0x20, LDT = 0x28, ODD = 0x30, OUTER = 0x38 };
enum { OLD_AT = 0x9000, NEW_AT = 0xa000 };

#define TSS(at, rights) (UINT64_C(0x67) | (uint64_t)(at) << 16 | (uint64_t)(rights) << 40)
#define FLAT(rights)    (UINT64_C(0x00cf00000000ffff) | (uint64_t)(rights) << 40)

static struct task_switch task;

static void descriptor(unsigned selector, uint64_t value)
{
    fixture_put(FIXTURE_GDT + selector, value, 8);
}

static uint64_t rights_of(unsigned selector)
{
    return fixture_get(FIXTURE_GDT + selector + 5, 1);
}

/* Makes an old and a new 32-bit task. The new task has 0xa0a0a0a0, 0xa1a1a1a1 and so on in its
 * registers. */
static void begin(enum task_source source)
{
    fixture_32();
    descriptor(CODE, FLAT(0x9b));
    descriptor(DATA, FLAT(0x93));
    descriptor(OLD, TSS(OLD_AT, 0x8b));
    descriptor(NEW, TSS(NEW_AT, source == TASK_IRET ? 0x8b : 0x89));
    descriptor(LDT, TSS(FIXTURE_LDT, 0x82));
    fixture.tr = (struct segment){OLD, 0x67, 0x8b, OLD_AT};
    fixture.rip = 0x11111111;
    fixture.rflags = 0x4ad7;
    fixture.dr7 = 0x7ff;
    for (unsigned i = 0; i < 8; i++)
        fixture.general[i] = 0x01010101 * i;
    fixture_put(NEW_AT, 0xffff1234, 4);
    fixture_put(NEW_AT + 0x1c, 0x3000, 4);
    fixture_put(NEW_AT + 0x20, 0x22222222, 4);
    fixture_put(NEW_AT + 0x24, 0x00000002, 4);
    for (unsigned i = 0; i < 8; i++)
        fixture_put(NEW_AT + 0x28 + 4 * i, 0xa0a0a0a0 + 0x01010101 * i, 4);
    fixture_put(NEW_AT + 0x38, 0xe000, 4);
    for (unsigned i = 0; i < 6; i++)
        fixture_put(NEW_AT + 0x48 + 4 * i, i == 1 ? CODE : DATA, 4);
    task = (struct task_switch){.source = source, .selector = NEW};
}

static enum task_outcome go(void)
{
    return guest_task_switch(&fixture, &task);
}

static void the_old_task_is_saved(void **state)
{
    (void)state;
    begin(TASK_CALL);
    memset(fixture_memory + OLD_AT, 0xee, 104);
    assert_int_equal(go(), TASK_RUNS);
    assert_int_equal(fixture_get(OLD_AT + 0x1c, 4), 0xeeeeeeee); /* CR3 is not saved */
    assert_int_equal(fixture_get(OLD_AT + 0x20, 4), 0x11111111);
    assert_int_equal(fixture_get(OLD_AT + 0x24, 4), 0x4ad7);
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(fixture_get(OLD_AT + 0x28 + 4 * i, 4), 0x01010101 * i);
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(fixture_get(OLD_AT + 0x48 + 4 * i, 4),
                         0xeeee0000 | (i == 1 ? CODE : DATA));
    }
    assert_int_equal(fixture_get(OLD_AT + 0x60, 4), 0xeeeeeeee); /* nor is LDTR */
    assert_int_equal(fixture_get(OLD_AT, 4), 0xeeeeeeee);
}

static void the_new_task_is_loaded(void **state)
{
    (void)state;
    begin(TASK_CALL);
    fixture_put(NEW_AT + 0x24, 0xffc2aafd & ~UINT32_C(0x20000), 4);
    fixture_put(NEW_AT + 0x60, LDT, 2);
    assert_int_equal(go(), TASK_RUNS);
    assert_int_equal(fixture.rip, 0x22222222);
    assert_int_equal(fixture.rflags, 0x4000 | 0x2ad7); /* with the fixed values of reserved bits */
    assert_int_equal(fixture.general[0], 0xa0a0a0a0);
    assert_int_equal(fixture.general[4], 0xe000);
    assert_int_equal(fixture.general[7], 0xa7a7a7a7);
    assert_int_equal(fixture.segments[GUEST_CS].access_rights, 0xc09b);
    assert_int_equal(fixture.segments[GUEST_GS].access_rights, 0xc093);
    assert_int_equal(fixture.segments[GUEST_GS].limit, 0xffffffff);
    assert_int_equal(fixture.ldtr.base, FIXTURE_LDT);
    assert_int_equal(fixture.tr.selector, NEW);
    assert_int_equal(fixture.tr.base, NEW_AT);
    assert_int_equal(fixture.tr.access_rights, 0x8b);
    assert_int_equal(fixture.crs.cr0 & 8, 8); /* TS */
    assert_int_equal(fixture.dr7, 0x7ff & ~0x155);
    assert_int_equal(fixture.crs.cr3, FIXTURE_ROOT); /* CR3 stays without paging */
}

static void links_and_busy_flags(void **state)
{
    /* For each source: true if the old task stays busy and the new task is nested. */
    static const bool nested[] = {
        [TASK_CALL] = true, [TASK_IRET] = false, [TASK_JMP] = false, [TASK_GATE] = true};
    (void)state;
    for (enum task_source source = TASK_CALL; source <= TASK_GATE; source++) {
        begin(source);
        assert_int_equal(go(), TASK_RUNS);
        assert_int_equal(rights_of(OLD), nested[source] ? 0x8b : 0x89);
        assert_int_equal(rights_of(NEW), 0x8b);
        assert_int_equal(fixture_get(NEW_AT, 4), nested[source] ? 0xffff0000 | OLD : 0xffff1234);
        assert_int_equal(fixture.rflags & 0x4000, nested[source] ? 0x4000 : 0);
        assert_int_equal(fixture_get(OLD_AT + 0x24, 4) & 0x4000, source == TASK_IRET ? 0 : 0x4000);
    }
    begin(TASK_JMP); /* NT comes from the new TSS */
    fixture_put(NEW_AT + 0x24, 0x4002, 4);
    assert_int_equal(go(), TASK_RUNS);
    assert_int_equal(fixture.rflags, 0x4002);
}

static void tasks_of_16_bits(void **state)
{
    (void)state;
    begin(TASK_CALL);
    descriptor(OLD, TSS(OLD_AT, 0x83));
    descriptor(NEW, TSS(NEW_AT, 0x81));
    fixture.tr.access_rights = 0x83;
    memset(fixture_memory + OLD_AT, 0xee, 104);
    for (unsigned i = 0; i < 22; i++)
        fixture_put(NEW_AT + 2 * i, 0x100 + i, 2);
    for (unsigned i = 0; i < 4; i++)
        fixture_put(NEW_AT + 34 + 2 * i, i == 1 ? CODE : DATA, 2);
    fixture_put(NEW_AT + 42, LDT, 2);
    task.has_error = true;
    task.error = 0xabcd1234;
    fixture_put(0x8000, 0xeeee, 2);
    fixture_put(NEW_AT + 26, 0x8000, 2);
    assert_int_equal(go(), TASK_RUNS);
    assert_int_equal(fixture_get(OLD_AT + 12, 2), 0xeeee);
    assert_int_equal(fixture_get(OLD_AT + 14, 2), 0x1111);
    assert_int_equal(fixture_get(OLD_AT + 16, 2), 0x4ad7);
    assert_int_equal(fixture_get(OLD_AT + 32, 2), 0x0707);
    assert_int_equal(fixture_get(OLD_AT + 36, 2), CODE);
    assert_int_equal(fixture_get(OLD_AT + 40, 2), DATA);
    assert_int_equal(fixture_get(OLD_AT + 42, 2), 0xeeee);
    assert_int_equal(fixture_get(NEW_AT, 2), OLD);
    assert_int_equal(fixture.rip, 0x107);
    assert_int_equal(fixture.general[0], 0x109);
    assert_int_equal(fixture.general[4], 0x7ffe); /* the error code has 16 bits */
    assert_int_equal(fixture_get(0x7ffe, 4), 0xeeee1234);
    assert_int_equal(fixture.general[7], 0x110);
    assert_int_equal(fixture.segments[GUEST_FS].selector, 0);
    assert_int_equal(fixture.segments[GUEST_FS].access_rights & 0x10000, 0x10000);
    assert_int_equal(fixture.ldtr.selector, LDT);
    assert_int_equal(fixture.tr.access_rights, 0x83);
}

static void error_codes_are_pushed(void **state)
{
    (void)state;
    begin(TASK_GATE);
    task.has_error = true;
    task.error = 0x12345678;
    assert_int_equal(go(), TASK_RUNS);
    assert_int_equal(fixture.general[4], 0xdffc);
    assert_int_equal(fixture_get(0xdffc, 4), 0x12345678);
    begin(TASK_GATE);
    task.has_error = true;
    descriptor(DATA, 0x008f93000000ffff); /* a 16-bit stack */
    fixture_put(NEW_AT + 0x38, 0xabcde002, 4);
    assert_int_equal(go(), TASK_RUNS);
    assert_int_equal(fixture.general[4], 0xabcddffe);
    begin(TASK_GATE);
    task.has_error = true;
    fixture.external = true;
    descriptor(DATA, 0x004093000000dfff);
    fixture_put(NEW_AT + 0x38, 0xe002, 4);
    assert_int_equal(go(), TASK_FAULTS);
    assert_int_equal(fixture_fault(), FAULT(12, 1));
    assert_int_equal(fixture.general[4], 0xe002);
}

static void traps(void **state)
{
    (void)state;
    begin(TASK_CALL);
    fixture_put(NEW_AT + 0x64, 1, 2);
    assert_int_equal(go(), TASK_TRAPS);
    begin(TASK_CALL);
    fixture_put(NEW_AT + 0x64, 0xfffe, 2);
    assert_int_equal(go(), TASK_RUNS);
}

/* Bad values for each selector in the TSS: the selector, its descriptor, and the fault of the new
 * task. */
static void segments_are_checked(void **state)
{
    static const struct {
        uint8_t place;
        uint16_t selector;
        uint64_t descriptor; /* of selector ODD */
        uint32_t vector, error;
    } cases[] = {
        {0x50, 0, 0, 10, 0}, /* SS */
        {0x50, 3, 0, 10, 0},
        {0x50, 0x100, 0, 10, 0x100},
        {0x50, 0x0c, 0, 10, 0x0c},
        {0x50, DATA + 1, 0, 10, DATA},
        {0x50, ODD, FLAT(0xf3), 10, ODD},
        {0x50, ODD, FLAT(0x91), 10, ODD},
        {0x50, ODD, FLAT(0x9b), 10, ODD},
        {0x50, ODD, FLAT(0x82), 10, ODD},
        {0x50, ODD, FLAT(0x13), 12, ODD},
        {0x50, ODD, FLAT(0x11), 10, ODD}, /* the type is checked before P */
        {0x4c, 0, 0, 10, 0},              /* CS */
        {0x4c, DATA, 0, 10, DATA},
        {0x4c, ODD, FLAT(0x1b), 11, ODD},
        {0x4c, ODD, FLAT(0xfb), 10, ODD},
        {0x4c, ODD, FLAT(0xff), 10, ODD},
        {0x4c, ODD, FLAT(0x8b), 10, ODD},
        {0x54, 0x100, 0, 10, 0x100}, /* DS, ES, FS, GS */
        {0x54, ODD, FLAT(0x99), 10, ODD},
        {0x48, ODD, FLAT(0x13), 11, ODD},
        {0x58, ODD, FLAT(0x8b), 10, ODD},
        {0x5c, DATA + 3, 0, 10, DATA},
        {0x5c, ODD + 3, FLAT(0xdb), 10, ODD},
        {0x60, ODD, FLAT(0x02), 10, ODD}, /* LDTR */
        {0x60, ODD, FLAT(0x92), 10, ODD},
        {0x60, ODD, FLAT(0x89), 10, ODD},
        {0x60, LDT + 4, 0, 10, LDT + 4},
        {0x60, 0x100, 0, 10, 0x100},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(TASK_CALL);
        descriptor(ODD, cases[i].descriptor);
        fixture_put(NEW_AT + cases[i].place, cases[i].selector, 2);
        assert_int_equal(go(), TASK_FAULTS);
        assert_int_equal(fixture_fault(), FAULT(cases[i].vector, cases[i].error));
        assert_int_equal(fixture.tr.selector, NEW);
        assert_int_equal(fixture.rip, 0x22222222);
        begin(TASK_GATE);
        fixture.external = true;
        descriptor(ODD, cases[i].descriptor);
        fixture_put(NEW_AT + cases[i].place, cases[i].selector, 2);
        assert_int_equal(go(), TASK_FAULTS);
        assert_int_equal(fixture_fault(), FAULT(cases[i].vector, cases[i].error | 1));
    }
}

static void good_segments_are_loaded(void **state)
{
    static const struct {
        uint8_t place;
        uint16_t selector;
        uint64_t descriptor;
    } cases[] = {
        {0x54, 0, 0},                /* null */
        {0x54, ODD + 3, FLAT(0xf1)}, /* read-only data at a less privileged level */
        {0x54, ODD + 3, FLAT(0x9f)}, /* conforming code at any level */
        {0x54, ODD, FLAT(0x9b)},
        {0x4c, ODD, FLAT(0x99)}, /* execute-only code */
        {0x4c, ODD, FLAT(0x9d)},
        {0x60, 3, 0},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(TASK_CALL);
        descriptor(ODD, cases[i].descriptor);
        fixture_put(NEW_AT + cases[i].place, cases[i].selector, 2);
        assert_int_equal(go(), TASK_RUNS);
    }
    begin(TASK_CALL); /* the accessed flag is set */
    descriptor(ODD, FLAT(0x92));
    fixture_put(NEW_AT + 0x54, ODD, 2);
    assert_int_equal(go(), TASK_RUNS);
    assert_int_equal(rights_of(ODD), 0x93);
    assert_int_equal(fixture.segments[GUEST_DS].access_rights, 0xc093);
    begin(TASK_CALL); /* from the new task's LDT */
    fixture_put(FIXTURE_LDT + 8, FLAT(0x93), 8);
    fixture_put(NEW_AT + 0x60, LDT, 2);
    fixture_put(NEW_AT + 0x54, 0x0c, 2);
    assert_int_equal(go(), TASK_RUNS);
    begin(TASK_CALL); /* a less privileged level */
    descriptor(ODD, FLAT(0xfb));
    descriptor(OUTER, FLAT(0xf3));
    fixture_put(NEW_AT + 0x4c, ODD + 3, 2);
    fixture_put(NEW_AT + 0x50, OUTER + 3, 2);
    for (unsigned place = 0x48; place <= 0x5c; place += 4) {
        if (place != 0x4c && place != 0x50)
            fixture_put(NEW_AT + place, OUTER, 2);
    }
    assert_int_equal(go(), TASK_RUNS);
    assert_int_equal(guest_cpu_cpl(&fixture), 3);
    begin(TASK_CALL); /* EIP beyond the limit of CS */
    descriptor(ODD, 0x00409b000000ffff);
    fixture_put(NEW_AT + 0x4c, ODD, 2);
    assert_int_equal(go(), TASK_FAULTS);
    assert_int_equal(fixture_fault(), FAULT(13, 0));
    begin(TASK_CALL);
    descriptor(ODD, 0x00409b000000ffff);
    fixture_put(NEW_AT + 0x4c, ODD, 2);
    fixture_put(NEW_AT + 0x20, 0xffff, 4);
    assert_int_equal(go(), TASK_RUNS);
}

/* Until they are loaded, data segments are unusable, and CPL is 3. */
static void unloaded_segments_are_unusable(void **state)
{
    (void)state;
    begin(TASK_CALL);
    fixture_put(NEW_AT + 0x50, 0, 2);
    assert_int_equal(go(), TASK_FAULTS);
    assert_int_equal(guest_cpu_cpl(&fixture), 3);
    assert_int_equal(fixture.segments[GUEST_DS].access_rights & 0x10000, 0x10000);
    assert_int_equal(fixture.segments[GUEST_DS].selector, DATA);
    assert_int_equal(fixture.segments[GUEST_CS].selector, CODE);
    assert_int_equal(fixture.segments[GUEST_CS].access_rights, 0x9f);
    assert_int_equal(fixture.ldtr.access_rights & 0x10000, 0x10000);
    begin(TASK_CALL);
    fixture_put(NEW_AT + 0x4c, 0, 2);
    assert_int_equal(go(), TASK_FAULTS); /* all except CS are loaded */
    assert_int_equal(fixture.segments[GUEST_GS].access_rights, 0xc093);
    assert_int_equal(guest_cpu_cpl(&fixture), 0);
}

static void virtual_8086_tasks(void **state)
{
    (void)state;
    begin(TASK_CALL);
    fixture_put(NEW_AT + 0x20, 0x100, 4);
    fixture_put(NEW_AT + 0x24, 0x20002, 4);
    fixture_put(NEW_AT + 0x54, 0x1234, 2);
    assert_int_equal(go(), TASK_RUNS);
    assert_int_equal(fixture.segments[GUEST_DS].base, 0x12340);
    assert_int_equal(fixture.segments[GUEST_DS].limit, 0xffff);
    assert_int_equal(fixture.segments[GUEST_CS].access_rights, 0xf3);
    assert_int_equal(fixture.segments[GUEST_CS].base, CODE << 4);
    assert_int_equal(guest_cpu_cpl(&fixture), 3);
}

/* Maps 4 MiB one to one. Each TSS has its own page. */
static void begin_paging(enum task_source source)
{
    begin(source);
    fixture.crs.cr0 |= 0x80010000;
    fixture_put(0x1000, 0x2003, 4);
    fixture_put(0x3000, 0x2003, 4); /* page directory of the new task */
    for (unsigned page = 0; page < 16; page++)
        fixture_put(0x2000 + 4 * page, page << 12 | 3, 4);
}

static void page_faults_belong_to_the_old_task(void **state)
{
    /* The page that is made not present or read-only, and the error code. */
    static const struct {
        enum task_source source;
        unsigned page, entry;
        uint32_t error;
    } cases[] = {
        {TASK_JMP, 9, 0x9001, 3},   {TASK_CALL, 9, 0x9000, 2}, {TASK_JMP, 10, 0xa000, 0},
        {TASK_CALL, 10, 0xa001, 3}, {TASK_CALL, 8, 0x8001, 3}, {TASK_IRET, 8, 0x8001, 3},
        {TASK_GATE, 8, 0, 0},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin_paging(cases[i].source);
        fixture_put(0x2000 + 4 * cases[i].page, cases[i].entry, 4);
        memset(fixture_memory + OLD_AT, 0xee, 104);
        assert_int_equal(go(), TASK_STAYS);
        assert_int_equal(fixture_fault(), FAULT(14, cases[i].error));
        assert_int_equal(fixture_get(OLD_AT + 0x20, 4), 0xeeeeeeee);
        assert_int_equal(rights_of(OLD), 0x8b);
        assert_int_equal(rights_of(NEW), cases[i].source == TASK_IRET ? 0x8b : 0x89);
        assert_int_equal(fixture.tr.selector, OLD);
        assert_int_equal(fixture.rip, 0x11111111);
    }
    begin_paging(TASK_JMP); /* JMP writes no link to the new TSS */
    fixture_put(0x2000 + 4 * 10, 0xa001, 4);
    assert_int_equal(go(), TASK_RUNS);
    begin(TASK_CALL);
    fixture.tr.limit = 0x5c; /* the old TSS is too short */
    assert_int_equal(go(), TASK_STAYS);
    assert_int_equal(fixture_fault(), FAULT(10, OLD));
    fixture.tr.limit = 0x5d;
    assert_int_equal(go(), TASK_RUNS);
}

static void cr3(void **state)
{
    (void)state;
    begin_paging(TASK_CALL);
    assert_int_equal(go(), TASK_RUNS);
    assert_int_equal(fixture.crs.cr3, 0x3000);
    assert_true(fixture.crs.flushed);
    begin_paging(TASK_CALL);
    fixture_put(0x3000, 0, 4); /* the new CR3 maps nothing: the fault belongs to the new task */
    assert_int_equal(go(), TASK_FAULTS);
    assert_int_equal(fixture_fault(), FAULT(14, 0));

    begin(TASK_CALL); /* PAE: 2 MiB at 0 */
    fixture.crs.cr0 |= 0x80000000;
    fixture.crs.cr4 = 0x20;
    fixture.crs.pdpte[0] = 0x4001;
    fixture_put(0x4000, 0x83, 8);
    fixture_put(0x3000, 0x4001, 8);
    fixture_put(0x3008, 0x5001, 8);
    assert_int_equal(go(), TASK_RUNS);
    assert_true(fixture.crs.pdptes_loaded);
    assert_int_equal(fixture.crs.pdpte[1], 0x5001);
    begin(TASK_CALL);
    fixture.crs.cr0 |= 0x80000000;
    fixture.crs.cr4 = 0x20;
    fixture.crs.pdpte[0] = 0x4001;
    fixture_put(0x4000, 0x83, 8);
    fixture_put(0x3000, 0x4003, 8); /* a reserved bit */
    assert_int_equal(go(), TASK_FAULTS);
    assert_int_equal(fixture_fault(), FAULT(10, 0));
    assert_int_equal(fixture.crs.pdpte[0], 0x4001);
    begin(TASK_CALL);
    fixture.crs.cr0 |= 0x80000000;
    fixture.crs.cr4 = 0x20;
    fixture.crs.pdpte[0] = 0x4001;
    fixture_put(0x4000, 0x83, 8);
    fixture_put(NEW_AT + 0x1c, FIXTURE_SIZE, 4);
    assert_int_equal(go(), TASK_FAULTS);
    assert_non_null(fixture.fault.stop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_old_task_is_saved),
        cmocka_unit_test(the_new_task_is_loaded),
        cmocka_unit_test(links_and_busy_flags),
        cmocka_unit_test(tasks_of_16_bits),
        cmocka_unit_test(error_codes_are_pushed),
        cmocka_unit_test(traps),
        cmocka_unit_test(segments_are_checked),
        cmocka_unit_test(good_segments_are_loaded),
        cmocka_unit_test(unloaded_segments_are_unusable),
        cmocka_unit_test(virtual_8086_tasks),
        cmocka_unit_test(page_faults_belong_to_the_old_task),
        cmocka_unit_test(cr3),
    };
    return cmocka_run_group_tests_name("guest_task", tests, NULL, NULL);
}
