/* Tests the rules of the audit that read memory: each with memory that keeps the rule and with
 * memory that breaks it. */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/bits.h"
#include "tests/unit/vmx/audit/base.h"
#include "vmx/audit/audit.h"
#include "vmx/override.h"

enum {
    FIRST = 0x10000, /* address of the first page */
    PAGES = 16,
    WORDS = 512, /* in a page */
    /* The numbers of the pages. */
    HOST_PML5 = 0,
    HOST_PML4,
    HOST_PDPT,
    HOST_PD,
    HOST_PT,
    EPT_PML5,
    EPT_PML4,
    EPT_PDPT,
    EPT_PD,
    EPT_PT,
    VIRTUAL_APIC,
};

#define HOST_NEXT  UINT64_C(0x003) /* present, writable */
#define HOST_LARGE UINT64_C(0x083)
#define EPT_NEXT   UINT64_C(0x007) /* read, write, execute */
#define EPT_WB     UINT64_C(0x037)
#define EPT_LARGE  UINT64_C(0x0b7)
#define NO_EXECUTE BIT(63)

static uint64_t memory[PAGES][WORDS];
static bool readable[PAGES];
static struct vmx_caps caps;
static struct vmcs_image image;

static uint64_t address_of(unsigned page)
{
    return FIRST + 4096ull * page;
}

static bool read_memory(void *context, uint64_t address, void *bytes, size_t size)
{
    (void)context;
    if (address < FIRST || address + size > address_of(PAGES))
        return false;
    if (!readable[(address - FIRST) / 4096])
        return false;
    memcpy(bytes, (const char *)memory + (address - FIRST), size);
    return true;
}

/* Makes the VMCS of the HLT guest and its tables. The host's page tables map the first 2 MiB with
 * 4-KByte pages, the next 2 MiB with a large page, and the second and third GiB with large pages of
 * 1 GiB each. EPT maps the first 4 MiB and the second GiB in the same way. */
static int set_up(void **state)
{
    (void)state;
    memset(memory, 0, sizeof memory);
    for (unsigned i = 0; i < PAGES; i++)
        readable[i] = true;
    memory[HOST_PML5][0] = address_of(HOST_PML4) | HOST_NEXT;
    memory[HOST_PML4][0] = address_of(HOST_PDPT) | HOST_NEXT;
    memory[HOST_PDPT][0] = address_of(HOST_PD) | HOST_NEXT;
    memory[HOST_PDPT][1] = 1ull << 30 | HOST_LARGE;
    memory[HOST_PDPT][2] = 2ull << 30 | HOST_LARGE;
    memory[HOST_PD][0] = address_of(HOST_PT) | HOST_NEXT;
    memory[HOST_PD][1] = 1ull << 21 | HOST_LARGE;
    memory[EPT_PML5][0] = address_of(EPT_PML4) | EPT_NEXT;
    memory[EPT_PML4][0] = address_of(EPT_PDPT) | EPT_NEXT;
    memory[EPT_PDPT][0] = address_of(EPT_PD) | EPT_NEXT;
    memory[EPT_PDPT][1] = 1ull << 30 | EPT_LARGE;
    memory[EPT_PD][0] = address_of(EPT_PT) | EPT_NEXT;
    memory[EPT_PD][1] = 1ull << 21 | EPT_LARGE;
    for (unsigned i = 0; i < WORDS; i++) {
        memory[HOST_PT][i] = (uint64_t)i << 12 | HOST_NEXT;
        memory[EPT_PT][i] = (uint64_t)i << 12 | EPT_WB;
    }
    caps = audit_base_caps();
    image = audit_base_image(&caps);
    image_set(&image, HOST_CR3, address_of(HOST_PML4));
    image_set(&image, EPT_POINTER, address_of(EPT_PML4) | 0x1e);
    image_set(&image, VIRTUAL_APIC_ADDRESS, address_of(VIRTUAL_APIC));
    image_set(&image, TPR_THRESHOLD, 0);
    image_set(&image, TERTIARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS, 0);
    return 0;
}

static void apply(const char *overrides)
{
    char text[256];
    struct out_buffer why;
    out_buffer_init(&why, text, sizeof text);
    if (!override_apply_all(text_of(overrides), &image, &why.out))
        fail_msg("%s: %s", overrides, text);
}

static struct audit_result result;

static void ask(bool with_memory)
{
    struct audit_input input = {.image = &image, .caps = &caps};
    if (with_memory)
        input.read = read_memory;
    audit(&input, &result);
}

/* Expects a finding of this rule alone; AUDIT_RULES: expects no finding. */
static void expect(enum audit_rule_id rule)
{
    ask(true);
    for (unsigned i = 0; i < result.failed; i++) {
        if (result.finding[i].rule != rule)
            fail_msg("found %s", audit_rules[result.finding[i].rule].id);
    }
    assert_int_equal(result.failed, rule == AUDIT_RULES ? 0 : 1);
    if (rule != AUDIT_RULES)
        assert_true(result.finding[0].bits != 0);
}

/* Without memory, the audit does not ask the seven rules that this file tests. The rules about
 * guest state read no memory for this guest. */
static void without_memory_they_are_not_asked(void **state)
{
    (void)state;
    apply("control.USE_TPR_SHADOW=1");
    expect(AUDIT_RULES);
    unsigned with_memory = result.checks;
    ask(false);
    assert_int_equal(result.failed, 0);
    assert_int_equal(result.checks, with_memory - 7);
}

static void unreadable_memory_is_not_judged(void **state)
{
    (void)state;
    apply("control.USE_TPR_SHADOW=1");
    ask(true);
    unsigned with_memory = result.checks;
    readable[HOST_PD] = false;
    readable[EPT_PD] = false;
    readable[VIRTUAL_APIC] = false;
    expect(AUDIT_RULES);
    assert_int_equal(result.checks, with_memory - 7);
}

static void the_threshold_is_not_above_the_tpr(void **state)
{
    (void)state;
    apply("control.USE_TPR_SHADOW=1 vmcs.TPR_THRESHOLD=3");
    memory[VIRTUAL_APIC][0x80 / 8] = 0xffffff3f;
    expect(AUDIT_RULES);
    memory[VIRTUAL_APIC][0x80 / 8] = 0xffffff2f;
    expect(RULE_TPR_THRESHOLD_ABOVE_VTPR);
    assert_int_equal(result.finding[0].bits, 0xf);
    apply("vmcs.TPR_THRESHOLD=8");
    expect(RULE_TPR_THRESHOLD_ABOVE_VTPR);
}

static void the_threshold_is_not_always_compared(void **state)
{
    (void)state;
    apply("vmcs.TPR_THRESHOLD=3");
    expect(AUDIT_RULES);
    apply("control.USE_TPR_SHADOW=1 control.VIRTUAL_INTERRUPT_DELIVERY=1");
    expect(AUDIT_RULES);
    image_set(&image, APIC_ACCESS_ADDRESS, 0x2000);
    apply("control.VIRTUAL_INTERRUPT_DELIVERY=0 control.VIRTUALIZE_APIC_ACCESSES=1");
    expect(AUDIT_RULES);
    apply("control.VIRTUALIZE_APIC_ACCESSES=0");
    expect(RULE_TPR_THRESHOLD_ABOVE_VTPR);
}

/* Another rule reports a virtual-APIC address that is not page-aligned. */
static void a_bad_page_address_is_not_read(void **state)
{
    (void)state;
    apply("control.USE_TPR_SHADOW=1 vmcs.TPR_THRESHOLD=3 vmcs.VIRTUAL_APIC_ADDRESS+=0x800");
    expect(RULE_VIRTUAL_APIC_PAGE_ADDRESS);
}

/* Expects all five findings about unmapped host memory. */
static void expect_host_unmapped(void)
{
    ask(true);
    assert_int_equal(result.failed, 5);
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(result.finding[i].bits, 0xfffffffffffff000);
}

/* Tries mapped and unmapped addresses in each host field. */
static void host_fields_are_mapped(void **state)
{
    static const struct {
        uint16_t field;
        enum audit_rule_id rule;
        uint64_t past; /* how far the field points past the memory that is used */
    } uses[] = {
        {FIELD_HOST_RIP, RULE_HOST_RIP_UNMAPPED, 0},
        {FIELD_HOST_RSP, RULE_HOST_RSP_UNMAPPED, 0x10},
        {FIELD_HOST_GDTR_BASE, RULE_HOST_GDTR_UNMAPPED, 0},
        {FIELD_HOST_IDTR_BASE, RULE_HOST_IDTR_UNMAPPED, 0},
        {FIELD_HOST_TR_BASE, RULE_HOST_TR_UNMAPPED, 0},
    };
    static const uint64_t mapped[] = {0x1ff000, 0x200000, 0x3ff000, 0x40000000, 0xbffff000};
    static const uint64_t unmapped[] = {0x400000, 0xc0000000, 0x8000000000,
                                        UINT64_C(0xffff800000000000)};
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(uses); i++) {
        uint64_t before = image.value[uses[i].field];
        expect(AUDIT_RULES);
        unsigned checks = result.checks;
        for (unsigned j = 0; j < ARRAY_COUNT(mapped); j++) {
            image.value[uses[i].field] = mapped[j] + uses[i].past;
            expect(AUDIT_RULES);
            assert_int_equal(result.checks, checks);
        }
        for (unsigned j = 0; j < ARRAY_COUNT(unmapped); j++) {
            image.value[uses[i].field] = unmapped[j] + uses[i].past;
            expect(uses[i].rule);
        }
        image.value[uses[i].field] = before;
    }
}

static void code_is_executable(void **state)
{
    (void)state;
    memory[HOST_PT][0x100] |= NO_EXECUTE;
    expect(RULE_HOST_RIP_UNMAPPED);
    apply("vmcs.HOST_IA32_EFER-=0x800"); /* NXE */
    expect(AUDIT_RULES);
    apply("vmcs.HOST_IA32_EFER+=0x800 control.EXIT.LOAD_IA32_EFER=0 "
          "control.ENTRY.LOAD_IA32_EFER=0");
    expect(AUDIT_RULES);
    memory[HOST_PT][0x100] = 0x100000 | HOST_NEXT;
    memory[HOST_PML4][0] |= NO_EXECUTE;
    apply("control.EXIT.LOAD_IA32_EFER=1");
    expect(RULE_HOST_RIP_UNMAPPED);
}

static void the_stack_is_writable_and_below_its_pointer(void **state)
{
    (void)state;
    memory[HOST_PT][0x120] &= ~UINT64_C(2);
    expect(RULE_HOST_RSP_UNMAPPED);
    apply("vmcs.HOST_RSP=0x121000");
    expect(RULE_HOST_RSP_UNMAPPED);
    apply("vmcs.HOST_RSP=0x120000");
    expect(AUDIT_RULES);
    memory[HOST_PD][0] &= ~UINT64_C(2);
    expect(RULE_HOST_RSP_UNMAPPED);
}

/* Bit 7 of an entry means a large page, except in tables of the lowest and the highest level. */
static void bit_7_is_not_always_a_page(void **state)
{
    (void)state;
    memory[HOST_PT][0x100] |= BIT(7);
    memory[HOST_PML4][0] |= BIT(7);
    expect(AUDIT_RULES);
    memory[HOST_PDPT][0] = 0;
    expect_host_unmapped();
}

static void five_levels_are_walked(void **state)
{
    (void)state;
    apply("vmcs.HOST_CR4+=0x1000");
    image_set(&image, HOST_CR3, address_of(HOST_PML5));
    expect(AUDIT_RULES);
    apply("vmcs.HOST_RIP=0x1000000000000");
    expect(RULE_HOST_RIP_UNMAPPED);
}

static void a_host_that_is_not_64_bit_has_other_tables(void **state)
{
    (void)state;
    memory[HOST_PML4][0] = 0;
    apply("control.HOST_ADDRESS_SPACE_SIZE=0 vmcs.HOST_IA32_EFER-=0x500 "
          "control.IA_32E_MODE_GUEST=0 vmcs.GUEST_IA32_EFER=0 vmcs.GUEST_CS_ACCESS_RIGHTS=0xc09b");
    expect(RULE_HOST_NOT_64_BIT);
}

/* Sets an entry and expects EPT to be configured or misconfigured. */
static void ept_entry(unsigned page, uint64_t entry, bool configured)
{
    uint64_t before = memory[page][7];
    memory[page][7] = entry;
    expect(configured ? AUDIT_RULES : RULE_EPT_MISCONFIGURED);
    memory[page][7] = before;
}

static void ept_rights_are_possible(void **state)
{
    (void)state;
    for (unsigned page = EPT_PML4; page <= EPT_PT; page++) {
        uint64_t entry = page == EPT_PT ? 0x30 : address_of(page + 1);
        uint64_t lowest = memory[page][0];
        memory[page][0] = page == EPT_PT ? lowest : 0; /* one path to the next table is enough */
        ept_entry(page, entry | 1, true);
        ept_entry(page, entry | 3, true);
        ept_entry(page, entry | 4, true); /* the processor supports execute-only */
        ept_entry(page, entry | 5, true);
        ept_entry(page, entry | 2, false);
        ept_entry(page, entry | 6, false);
        caps.value[IA32_VMX_EPT_VPID_CAP] &= ~BIT(0);
        ept_entry(page, entry | 4, false);
        ept_entry(page, entry | 5, true);
        ept_entry(page, entry | BIT(10), true); /* not present: no bit is checked */
        apply("control.MODE_BASED_EXECUTE_CONTROL_FOR_EPT=1");
        ept_entry(page, entry | BIT(10), false);
        apply("control.MODE_BASED_EXECUTE_CONTROL_FOR_EPT=0");
        caps.value[IA32_VMX_EPT_VPID_CAP] |= BIT(0);
        memory[page][0] = lowest;
    }
}

static void ept_reserved_bits_are_clear(void **state)
{
    (void)state;
    ept_entry(EPT_PML4, address_of(EPT_PDPT) | EPT_NEXT | BIT(7), false);
    ept_entry(EPT_PML4, address_of(EPT_PDPT) | 1 | BIT(7), false);
    ept_entry(EPT_PML4, address_of(EPT_PDPT) | EPT_NEXT | BIT(3), false);
    ept_entry(EPT_PML4, address_of(EPT_PDPT) | EPT_NEXT | BIT(46), false);
    ept_entry(EPT_PML4, address_of(EPT_PDPT) | EPT_NEXT | BIT(63) | BIT(52) | BIT(8), true);
    ept_entry(EPT_PDPT, address_of(EPT_PD) | EPT_NEXT | BIT(6), false);
    ept_entry(EPT_PDPT, 7ull << 30 | EPT_LARGE, true);
    ept_entry(EPT_PDPT, 7ull << 30 | BIT(29) | EPT_LARGE, false);
    ept_entry(EPT_PDPT, 7ull << 30 | BIT(12) | EPT_LARGE, false);
    ept_entry(EPT_PD, 7ull << 21 | EPT_LARGE | BIT(45), true);
    ept_entry(EPT_PD, 7ull << 21 | EPT_LARGE | BIT(46), false);
    ept_entry(EPT_PD, 7ull << 21 | BIT(20) | EPT_LARGE, false);
    ept_entry(EPT_PD, 7ull << 21 | BIT(12) | EPT_LARGE, false);
    ept_entry(EPT_PT, 0x7000 | EPT_WB | BIT(12) | BIT(7) | BIT(6), true);
    ept_entry(EPT_PT, BIT(46) | EPT_WB, false);
}

static void ept_memory_types_exist(void **state)
{
    (void)state;
    for (uint64_t type = 0; type < 8; type++) {
        bool exists = type != 2 && type != 3 && type != 7;
        ept_entry(EPT_PT, 7 | type << 3, exists);
        ept_entry(EPT_PD, 7 | type << 3 | BIT(7), exists);
        ept_entry(EPT_PDPT, 7 | type << 3 | BIT(7), exists);
    }
}

static void ept_large_pages_are_offered(void **state)
{
    (void)state;
    memory[EPT_PD][1] = 0;
    caps.value[IA32_VMX_EPT_VPID_CAP] &= ~BIT(17);
    expect(RULE_EPT_MISCONFIGURED);
    memory[EPT_PDPT][1] = 0;
    memory[EPT_PD][1] = 1ull << 21 | EPT_LARGE;
    caps.value[IA32_VMX_EPT_VPID_CAP] &= ~BIT(16);
    expect(RULE_EPT_MISCONFIGURED);
    memory[EPT_PD][1] = 0;
    expect(AUDIT_RULES);
}

static void ept_is_read_as_its_pointer_says(void **state)
{
    (void)state;
    memory[EPT_PT][511] = 2;
    expect(RULE_EPT_MISCONFIGURED);
    assert_int_equal(result.finding[0].bits, 0xffffffffff000);
    image_set(&image, EPT_POINTER, address_of(EPT_PML5) | 0x26);
    expect(RULE_EPT_MISCONFIGURED);
    apply("control.ENABLE_EPT=0 control.UNRESTRICTED_GUEST=0");
    expect(AUDIT_RULES);
    apply("control.ENABLE_EPT=1 vmcs.EPT_POINTER-=0x38");
    expect(RULE_EPT_WALK_LENGTH);
    apply("vmcs.EPT_POINTER+=0x28");
    expect(RULE_EPT_WALK_LENGTH);
}

/* Memory words of the image replace the memory there, even if it cannot be read. */
static void words_of_the_image_replace_memory(void **state)
{
    (void)state;
    apply("control.USE_TPR_SHADOW=1 vmcs.TPR_THRESHOLD=3");
    memory[VIRTUAL_APIC][0x80 / 8] = 0x3f;
    expect(AUDIT_RULES);
    unsigned checks = result.checks;
    image.memory[0] = (struct memory_word){address_of(VIRTUAL_APIC) + 0x80, 0x2f};
    image.memory_count = 1;
    expect(RULE_TPR_THRESHOLD_ABOVE_VTPR);
    readable[VIRTUAL_APIC] = false;
    expect(RULE_TPR_THRESHOLD_ABOVE_VTPR);
    image.memory[0].address += 8;
    expect(AUDIT_RULES);
    assert_int_equal(result.checks, checks - 1);
    image.memory[0].address -= 16;
    expect(AUDIT_RULES);
    assert_int_equal(result.checks, checks - 1);
}

/* If a table cannot be read, the rule is not answered, unless another table has a misconfigured
 * entry. */
static void ept_out_of_reach_hides_no_finding(void **state)
{
    (void)state;
    expect(AUDIT_RULES);
    unsigned checks = result.checks;
    readable[EPT_PT] = false; /* below the first entry of EPT_PD */
    expect(AUDIT_RULES);
    assert_int_equal(result.checks, checks - 1);
    memory[EPT_PD][1] = 2;
    expect(RULE_EPT_MISCONFIGURED);
    memory[EPT_PD][1] = BIT(50) | EPT_NEXT; /* reserved bits are reported and not followed */
    expect(RULE_EPT_MISCONFIGURED);
}

/* The audit reads a limited number of EPT tables, so that it stays short. Beyond the limit the rule
 * is not answered. */
static void ept_is_read_up_to_a_limit(void **state)
{
    (void)state;
    expect(AUDIT_RULES);
    unsigned checks = result.checks;
    for (unsigned i = 0; i < WORDS; i++)
        memory[EPT_PD][i] = address_of(EPT_PT) | EPT_NEXT;
    memory[EPT_PDPT][2] = address_of(VIRTUAL_APIC) | EPT_NEXT;
    memory[VIRTUAL_APIC][0] = 2;
    expect(AUDIT_RULES);
    assert_int_equal(result.checks, checks - 1);
    memory[EPT_PT][0] = 2;
    expect(RULE_EPT_MISCONFIGURED);
    memory[EPT_PT][0] = 0;
    for (unsigned i = 1; i < WORDS; i++)
        memory[EPT_PD][i] = 0;
    expect(RULE_EPT_MISCONFIGURED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
    const struct CMUnitTest tests[] = {
        TEST(without_memory_they_are_not_asked),
        TEST(unreadable_memory_is_not_judged),
        TEST(the_threshold_is_not_above_the_tpr),
        TEST(the_threshold_is_not_always_compared),
        TEST(a_bad_page_address_is_not_read),
        TEST(words_of_the_image_replace_memory),
        TEST(host_fields_are_mapped),
        TEST(code_is_executable),
        TEST(the_stack_is_writable_and_below_its_pointer),
        TEST(bit_7_is_not_always_a_page),
        TEST(five_levels_are_walked),
        TEST(a_host_that_is_not_64_bit_has_other_tables),
        TEST(ept_rights_are_possible),
        TEST(ept_reserved_bits_are_clear),
        TEST(ept_memory_types_exist),
        TEST(ept_large_pages_are_offered),
        TEST(ept_is_read_as_its_pointer_says),
        TEST(ept_out_of_reach_hides_no_finding),
        TEST(ept_is_read_up_to_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
