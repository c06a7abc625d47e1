/* Tests the flat guest: walks its tables as a processor does, and audits its first state. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "lib/bits.h"
#include "tests/unit/ept/lookup.h"
#include "tests/unit/fake_pages.h"
#include "tests/unit/vmx/audit/base.h"
#include "vmx/audit/audit.h"
#include "vmx/guests/flat.h"

static const uint8_t binary[] = {0x0f, 0x01, 0xc1, 0xf4};

/* Allocates exactly, so the sanitizer sees overruns. */
static uint8_t *build(enum guest_mode mode)
{
    uint8_t *memory = calloc(1, GUEST_FLAT_CODE + sizeof binary);
    assert_non_null(memory);
    guest_flat_build(memory, mode, binary, sizeof binary);
    assert_memory_equal(memory + GUEST_FLAT_CODE, binary, sizeof binary);
    return memory;
}

static uint64_t word(const uint8_t *memory, uint64_t address, size_t size)
{
    uint64_t value = 0;
    memcpy(&value, memory + address, size);
    return value;
}

static void the_audit_finds_nothing(void **state)
{
    static struct audit_result result;
    (void)state;
    for (enum guest_mode mode = GUEST_REAL; mode <= GUEST_64; mode++) {
        struct vmx_caps caps = audit_base_caps();
        struct vmcs_image base = audit_base_image(&caps), image;
        struct control_wishes wishes = guest_flat_wishes(mode);
        struct plan plan = {.ept_pointer = 0x14001e, .vpid = 1};
        uint8_t *memory = build(mode);
        assert_int_equal(control_resolve(&caps, wishes.at, wishes.count, &plan.controls), 0);
        guest_flat_state(memory, mode, &caps, &plan.guest);
        plan_write(&plan, &caps, &image);
        for (unsigned i = 0; i < FIELD_COUNT; i++) {
            if (field_type(field_at(i)) == FIELD_HOST)
                image.value[i] = base.value[i];
        }
        struct audit_input input = {.image = &image, .caps = &caps, .without_warnings = true};
        audit(&input, &result);
        for (unsigned i = 0; i < result.failed; i++) {
            print_error("mode %d breaks rule %s\n", (int)mode,
                        audit_rules[result.finding[i].rule].id);
        }
        assert_int_equal(result.failed, 0);
        assert_int_equal(plan.guest.rip, GUEST_FLAT_CODE);
        free(memory);
    }
}

/* SDM Vol 3A §4.3: 4 MiB pages with CR4.PSE. */
static void linear_is_physical_in_32_bits(void **state)
{
    uint8_t *memory = build(GUEST_32);
    struct vmx_caps caps = audit_base_caps();
    struct guest_state guest;
    (void)state;
    guest_flat_state(memory, GUEST_32, &caps, &guest);
    assert_true(guest.cr4 & BIT(4));
    assert_false(guest.cr4 & BIT(5));
    for (uint64_t linear = 0; linear < UINT64_C(1) << 32; linear += UINT64_C(1) << 22) {
        uint64_t entry = word(memory, guest.cr3 + (linear >> 22) * 4, 4);
        assert_int_equal(entry & 0x83, 0x83); /* present, writable, large */
        assert_int_equal(entry & 0xffc00000, linear);
        assert_int_equal(entry & 0x3fff00, 0);
    }
    free(memory);
}

/* SDM Vol 3A §4.5: 2 MiB pages map the first GiB. */
static void linear_is_physical_in_64_bits(void **state)
{
    uint8_t *memory = build(GUEST_64);
    struct vmx_caps caps = audit_base_caps();
    struct guest_state guest;
    (void)state;
    guest_flat_state(memory, GUEST_64, &caps, &guest);
    uint64_t pdpt = word(memory, guest.cr3, 8),
             directory = word(memory, pdpt & ~UINT64_C(0xfff), 8);
    assert_int_equal(pdpt & 0x83, 3);
    assert_int_equal(directory & 0x83, 3);
    for (uint64_t i = 0; i < 512; i++) {
        uint64_t entry = word(memory, (directory & ~UINT64_C(0xfff)) + 8 * i, 8);
        assert_int_equal(entry & 0x83, 0x83);
        assert_int_equal(entry & ~UINT64_C(0xfff), i << 21);
    }
    assert_int_equal(word(memory, guest.cr3 + 8, 8), 0);
    assert_int_equal(word(memory, (pdpt & ~UINT64_C(0xfff)) + 8, 8), 0);
    free(memory);
}

/* A segment that the guest reloads from its GDT does not change. */
static void descriptors_match_the_segments(void **state)
{
    (void)state;
    for (enum guest_mode mode = GUEST_32; mode <= GUEST_64; mode++) {
        uint8_t *memory = build(mode);
        struct vmx_caps caps = audit_base_caps();
        struct guest_state guest;
        struct segment split;
        guest_flat_state(memory, mode, &caps, &guest);
        const struct segment *segments[] = {&guest.cs, &guest.ss, &guest.ds, &guest.tr};
        for (unsigned i = 0; i < ARRAY_COUNT(segments); i++) {
            assert_true(segment_split(memory + guest.gdtr_base, (uint16_t)guest.gdtr_limit,
                                      segments[i]->selector, &split));
            assert_int_equal(split.base, segments[i]->base);
            assert_int_equal(split.limit, segments[i]->limit);
            assert_int_equal(split.access_rights, segments[i]->access_rights);
        }
        assert_int_equal(guest.cs.access_rights, mode == GUEST_64 ? 0xa09b : 0xc09b);
        assert_int_equal(guest.ss.access_rights, 0xc093);
        free(memory);
    }
}

static void real_mode_needs_an_unrestricted_guest(void **state)
{
    (void)state;
    struct vmx_caps caps = audit_base_caps();
    struct control_words words;
    caps.value[IA32_VMX_PROCBASED_CTLS2] &= ~BIT(32 + 7);
    for (enum guest_mode mode = GUEST_REAL; mode <= GUEST_64; mode++) {
        struct control_wishes wishes = guest_flat_wishes(mode);
        assert_int_equal(control_resolve(&caps, wishes.at, wishes.count, &words),
                         mode == GUEST_REAL);
    }
}

/* The guest reaches only its memory from address 0 and the page of the local APIC. */
static void it_reaches_only_its_own_pages(void **state)
{
    enum { MIB = 1 << 20, SIZE = 4 * MIB };
    const struct hpa memory = {UINT64_C(0x123456600000)}, apic = {UINT64_C(0x234567890000)};
    const uint64_t local_apic = UINT64_C(0xfee00000), all = EPT_READ | EPT_WRITE | EPT_EXECUTE;
    const uint64_t other_type = memory.value + 3 * PAGE_SIZE;
    const struct memory_types types = {
        .count = 2, .at = {{0, other_type, MEMORY_WT}, {other_type, BIT(52), MEMORY_WB}}};
    struct fake_pages tables;
    struct ept ept;
    (void)state;
    fake_pages_init(&tables, 16);
    assert_true(ept_create(&ept, &tables.source, 2));
    assert_int_equal(guest_flat_map(&ept, memory, SIZE, apic, &types), PAGETABLE_OK);
    for (uint64_t address = 0; address < UINT64_C(1) << 33; address += PAGE_SIZE) {
        const struct ept_translation found = ept_lookup(&ept, (struct gpa){address});
        const bool own = address < SIZE, is_apic = address == local_apic;
        assert_int_equal(found.present, own || is_apic);
        if (own) {
            assert_int_equal(found.access, all);
            assert_int_equal(found.to.value, memory.value + address);
            assert_int_equal(found.type, found.to.value < other_type ? MEMORY_WT : MEMORY_WB);
        }
        if (is_apic) {
            assert_int_equal(found.access, EPT_READ | EPT_WRITE);
            assert_int_equal(found.to.value, apic.value);
            assert_int_equal(found.type, MEMORY_WB);
            assert_int_equal(found.level, 1); /* SDM Vol 3C §29.4.1 */
        }
    }
    fake_pages_free(&tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_audit_finds_nothing),
        cmocka_unit_test(linear_is_physical_in_32_bits),
        cmocka_unit_test(linear_is_physical_in_64_bits),
        cmocka_unit_test(descriptors_match_the_segments),
        cmocka_unit_test(real_mode_needs_an_unrestricted_guest),
        cmocka_unit_test(it_reaches_only_its_own_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
