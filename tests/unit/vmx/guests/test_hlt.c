/* Tests the HLT guest: translates every page with EPT, walks the guest's own tables, and checks its
 * first state. */
#include "vmx/guests/hlt.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/ept/lookup.h"
#include "tests/unit/fake_pages.h"
#include "tests/unit/profiles.h"

#define MIB2 UINT64_C(0x200000)
#define GIB1 UINT64_C(0x40000000)

/* Host-physical addresses of the guest's system pages and code. The EPT tables are elsewhere. Code
 * begins at a multiple of 2 MiB, so that large leaves are possible. */
static const uint64_t system_address = UINT64_C(0x123456789000);
static const uint64_t code_address = UINT64_C(0x00004567cba00000);

static struct machine {
    struct page_source source;
    struct fake_pages tables;
    uint8_t *system; /* GUEST_HLT_SYSTEM_PAGES, one allocation of that size */
    uint8_t *code;   /* code_pages pages, one allocation of that size */
    uint64_t code_pages;
} machine;
static struct ept ept;

static bool take_table(struct page_source *source, uint64_t *page)
{
    (void)source;
    return machine.tables.source.take(&machine.tables.source, page);
}

static void *view_page(struct page_source *source, uint64_t page)
{
    (void)source;
    if (page >= system_address && page < system_address + GUEST_HLT_SYSTEM_PAGES * PAGE_SIZE)
        return machine.system + (page - system_address);
    if (page >= code_address && page < code_address + machine.code_pages * PAGE_SIZE)
        return machine.code + (page - code_address);
    return machine.tables.source.view(&machine.tables.source, page);
}

/* The code's first two pages have one memory type, the rest of the guest has another. */
#define OTHER_TYPE (UINT64_C(0x00004567cba00000) + 2 * PAGE_SIZE)
static const struct memory_types types = {
    .count = 2,
    .at = {{0, OTHER_TYPE, MEMORY_WT}, {OTHER_TYPE, BIT(52), MEMORY_WB}},
};

static enum pagetable_status build(uint64_t pages, unsigned largest, size_t tables)
{
    machine.source = (struct page_source){take_table, view_page};
    fake_pages_init(&machine.tables, tables);
    machine.system = calloc(GUEST_HLT_SYSTEM_PAGES, PAGE_SIZE);
    machine.code = calloc(pages, PAGE_SIZE);
    machine.code_pages = pages;
    assert_non_null(machine.system);
    assert_non_null(machine.code);
    assert_true(ept_create(&ept, &machine.source, largest));
    return guest_hlt_build(&ept, (struct hpa){system_address}, (struct hpa){code_address}, pages,
                           &types);
}

static int destroy(void **state)
{
    (void)state;
    fake_pages_free(&machine.tables);
    free(machine.system);
    free(machine.code);
    machine.system = machine.code = NULL;
    return 0;
}

/* Returns the EPT access that vmx/guests/hlt.h promises for a guest-physical address, or 0 if it is
 * not mapped. Sets *to to the host-physical address. */
static uint64_t promised(uint64_t address, uint64_t *to)
{
    if (address >= 0x1000 && address < 0x6000) {
        *to = system_address + (address - 0x1000);
        return address >= 0x5000 ? EPT_READ | EPT_WRITE : EPT_READ;
    }
    if (address >= MIB2 && address < MIB2 + machine.code_pages * PAGE_SIZE) {
        *to = code_address + (address - MIB2);
        return EPT_READ | EPT_EXECUTE;
    }
    return 0;
}

static void check_page(uint64_t address)
{
    uint64_t to = 0;
    uint64_t access = promised(address, &to);
    struct ept_translation translation = ept_lookup(&ept, (struct gpa){address});
    if (translation.present != (access != 0)) {
        fail_msg("0x%llx: present is %d, expected %d", (unsigned long long)address,
                 translation.present, access != 0);
    }
    if (access == 0)
        return;
    assert_int_equal(translation.access, access);
    assert_int_equal(translation.to.value, to);
    assert_int_equal(translation.type, to < OTHER_TYPE ? MEMORY_WT : MEMORY_WB);
}

/* Checks every page up to 8 MiB beyond the end, and pages whose address has a higher bit set. */
static void sweep(void)
{
    for (uint64_t address = 0; address < MIB2 + machine.code_pages * PAGE_SIZE + 4 * MIB2;
         address += PAGE_SIZE)
        check_page(address);
    for (unsigned bit = 30; bit < 48; bit++) {
        for (uint64_t page = 0; page < 8; page++) {
            check_page(BIT(bit) + page * PAGE_SIZE);
            check_page(BIT(bit) + MIB2 + page * PAGE_SIZE);
        }
    }
    check_page(GIB1 - PAGE_SIZE);
    check_page(system_address);
    check_page(code_address);
}

static void maps_what_it_promises_and_nothing_else(void **state)
{
    static const uint64_t sizes[] = {1, 2, 100, 511, 512, 513, 1024, 1300};
    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        for (unsigned largest = 1; largest <= 3; largest++) {
            assert_int_equal(build(sizes[i], largest, FAKE_PAGES_MAX), PAGETABLE_OK);
            sweep();
            (void)destroy(state);
        }
    }
}

static void the_code_is_all_hlt(void **state)
{
    (void)state;
    assert_int_equal(build(7, 2, FAKE_PAGES_MAX), PAGETABLE_OK);
    for (uint64_t i = 0; i < 7 * PAGE_SIZE; i++)
        assert_int_equal(machine.code[i], 0xf4);
}

/* A 100-page guest needs five EPT tables: one at each of the three upper levels and two with 4 KiB
 * leaves. */
static void a_lack_of_pages_is_reported(void **state)
{
    for (size_t tables = 1; tables < 5; tables++) {
        assert_int_equal(build(100, 2, tables), PAGETABLE_NO_MEMORY);
        (void)destroy(state);
    }
    assert_int_equal(build(100, 2, 5), PAGETABLE_OK);
}

/* Returns an entry of the guest's own 4-level paging (SDM Vol 3A §4.5). */
static uint64_t guest_entry(uint64_t table, uint64_t index)
{
    uint64_t entry, to = 0;
    assert_int_equal(promised(table, &to), EPT_READ);
    memcpy(&entry, machine.system + (table - 0x1000) + index * 8, sizeof entry);
    return entry;
}

enum { P = 1, RW = 2, US = 4, A = 0x20, D = 0x40, PS = 0x80 };

/* The guest's tables are read-only to it, so the accessed flag must be set in advance. */
static void assert_table_entry(uint64_t entry)
{
    assert_int_equal(entry & (P | RW | A), P | RW | A);
    assert_int_equal(entry & (BITS(63, 52) | PS | US), 0);
}

static void its_page_tables_map_a_gib_to_itself(void **state)
{
    struct guest_state guest;
    struct vmx_caps caps = profile_caps(&skylake_x);
    (void)state;
    assert_int_equal(build(3, 2, FAKE_PAGES_MAX), PAGETABLE_OK);
    guest_hlt_state(machine.system, &caps, &guest);
    for (uint64_t i = 1; i < 512; i++)
        assert_int_equal(guest_entry(guest.cr3, i), 0);
    uint64_t pml4e = guest_entry(guest.cr3, 0);
    assert_table_entry(pml4e);
    for (uint64_t i = 1; i < 512; i++)
        assert_int_equal(guest_entry(pml4e & BITS(51, 12), i), 0);
    uint64_t pdpte = guest_entry(pml4e & BITS(51, 12), 0);
    assert_table_entry(pdpte);
    for (uint64_t i = 0; i < 512; i++) {
        uint64_t pde = guest_entry(pdpte & BITS(51, 12), i);
        assert_int_equal(pde, i * MIB2 | P | RW | A | D | PS);
    }
}

/* Each table and the stack have a page of their own. */
static void no_table_overlaps_another(void **state)
{
    struct guest_state guest;
    struct vmx_caps caps = profile_caps(&skylake_x);
    uint64_t pdpt, directory;
    (void)state;
    assert_int_equal(build(3, 2, FAKE_PAGES_MAX), PAGETABLE_OK);
    guest_hlt_state(machine.system, &caps, &guest);
    pdpt = guest_entry(guest.cr3, 0) & BITS(51, 12);
    directory = guest_entry(pdpt, 0) & BITS(51, 12);
    assert_int_equal(guest.cr3, 0x1000);
    assert_int_equal(pdpt, 0x2000);
    assert_int_equal(directory, 0x3000);
    assert_int_equal(guest.gdtr_base, 0x4000);
    for (uint64_t i = 0; i < PAGE_SIZE; i++)
        assert_int_equal(machine.system[4 * PAGE_SIZE + i], 0); /* the stack */
}

static void assert_segment(struct segment segment, uint16_t selector, uint64_t base, uint32_t limit,
                           uint32_t access_rights)
{
    assert_int_equal(segment.selector, selector);
    assert_int_equal(segment.base, base);
    assert_int_equal(segment.limit, limit);
    assert_int_equal(segment.access_rights, access_rights);
}

/* SDM Vol 3C §26.3.1 lists the checks on the state of a 64-bit guest. */
static void begins_in_64_bit_mode(void **state)
{
    struct guest_state guest;
    struct vmx_caps caps = profile_caps(&skylake_x);
    (void)state;
    assert_int_equal(build(3, 2, FAKE_PAGES_MAX), PAGETABLE_OK);
    memset(&guest, 0xa5, sizeof guest);
    guest_hlt_state(machine.system, &caps, &guest);
    assert_int_equal(guest.cr0, 0x80000021); /* PG, NE, PE */
    assert_int_equal(guest.cr4, 0x2060);     /* VMXE, MCE, PAE */
    assert_int_equal(guest.efer, 0xd00);     /* NXE for the host, LMA, LME */
    assert_int_equal(guest.dr7, 0x400);      /* bit 10 is always 1 */
    assert_int_equal(guest.rflags, 0x2);     /* bit 1 is always 1 */
    assert_int_equal(guest.rip, 0x200000);   /* the first HLT */
    assert_int_equal(guest.rsp, 0x6000);     /* the end of the stack, 16-byte aligned */
    assert_int_equal(guest.pat, UINT64_C(0x0007040600070406));
    assert_segment(guest.cs, 0x08, 0, 0xffffffff, 0xa09b); /* G, L, present, code, accessed */
    assert_segment(guest.ss, 0x10, 0, 0xffffffff, 0xc093); /* G, D/B, present, writable data */
    assert_segment(guest.ds, 0x10, 0, 0xffffffff, 0xc093);
    assert_segment(guest.es, 0x10, 0, 0xffffffff, 0xc093);
    assert_segment(guest.fs, 0, 0, 0, 0x10000); /* unusable */
    assert_segment(guest.gs, 0, 0, 0, 0x10000);
    assert_segment(guest.ldtr, 0, 0, 0, 0x10000);
    assert_segment(guest.tr, 0x18, 0x4100, 103, 0x8b); /* busy 64-bit TSS */
    assert_int_equal(guest.gdtr_limit, 0x27);          /* null, code, data, a TSS of 16 bytes */
    assert_int_equal(guest.idtr_limit, 0);
    assert_int_equal(guest.idtr_base, 0);
}

/* The TSS is in the same page as the GDT and does not overlap it. */
static void the_descriptors_are_in_their_page(void **state)
{
    static const uint64_t gdt[] = {0, UINT64_C(0x00af9b000000ffff), UINT64_C(0x00cf93000000ffff),
                                   UINT64_C(0x00008b0041000067), 0};
    (void)state;
    assert_int_equal(build(1, 2, FAKE_PAGES_MAX), PAGETABLE_OK);
    assert_memory_equal(machine.system + 0x3000, gdt, sizeof gdt);
    for (uint64_t i = sizeof gdt; i < PAGE_SIZE; i++)
        assert_int_equal(machine.system[0x3000 + i], 0);
}

/* CR0 and CR4 follow the fixed bits of another processor. */
static void obeys_the_fixed_bits(void **state)
{
    struct guest_state guest;
    struct vmx_caps caps = profile_caps(&skylake_x);
    (void)state;
    assert_int_equal(build(1, 2, FAKE_PAGES_MAX), PAGETABLE_OK);
    caps.value[IA32_VMX_CR0_FIXED0] = 0x80010031;
    caps.value[IA32_VMX_CR4_FIXED0] = 0x2040;
    guest_hlt_state(machine.system, &caps, &guest);
    assert_int_equal(guest.cr0, 0x80010031);
    assert_int_equal(guest.cr4, 0x2060);
}

static unsigned resolve(const struct profile *profile, struct control_words *words)
{
    struct vmx_caps caps = profile_caps(profile);
    return control_resolve(&caps, guest_hlt_wishes, guest_hlt_wish_count, words);
}

static void its_wishes_are_met_with_ept(void **state)
{
    static const enum control needed[] = {
        PRIMARY_HLT_EXITING,     PRIMARY_USE_IO_BITMAPS,
        PRIMARY_USE_MSR_BITMAPS, PRIMARY_ACTIVATE_SECONDARY_CONTROLS,
        SECONDARY_ENABLE_EPT,    SECONDARY_ENABLE_VPID,
        ENTRY_IA_32E_MODE_GUEST, EXIT_HOST_ADDRESS_SPACE_SIZE,
        EXIT_LOAD_IA32_EFER,     ENTRY_LOAD_IA32_EFER,
        EXIT_SAVE_IA32_PAT,      PIN_EXTERNAL_INTERRUPT_EXITING,
        PIN_NMI_EXITING,
    };
    struct control_words words;
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(profiles); i++) {
        bool ept_is_there =
            profiles[i] != &prescott && profiles[i] != &without_true && profiles[i] != &penryn;
        assert_int_equal(resolve(profiles[i], &words) == 0, ept_is_there);
        for (size_t j = 0; ept_is_there && j < ARRAY_COUNT(needed); j++)
            assert_true(control_is_set(&words, needed[j]));
    }
    /* Penryn lacks only EPT. Earlier processors also lack secondary controls. */
    assert_int_equal(resolve(&penryn, &words), 1);
    assert_int_equal(resolve(&prescott, &words), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(maps_what_it_promises_and_nothing_else, destroy),
        cmocka_unit_test_teardown(the_code_is_all_hlt, destroy),
        cmocka_unit_test_teardown(a_lack_of_pages_is_reported, destroy),
        cmocka_unit_test_teardown(its_page_tables_map_a_gib_to_itself, destroy),
        cmocka_unit_test_teardown(no_table_overlaps_another, destroy),
        cmocka_unit_test_teardown(begins_in_64_bit_mode, destroy),
        cmocka_unit_test_teardown(the_descriptors_are_in_their_page, destroy),
        cmocka_unit_test_teardown(obeys_the_fixed_bits, destroy),
        cmocka_unit_test(its_wishes_are_met_with_ept),
    };
    return cmocka_run_group_tests_name("guest_hlt", tests, NULL, NULL);
}
