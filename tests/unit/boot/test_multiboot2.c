/* Tests the parser with valid boot information (Multiboot2 Specification 2.0, §3.6 "Boot
 * information format"). test_multiboot2_hostile.c tests invalid information. */
#include "boot/multiboot2.h"

#include <string.h>

#include "tests/unit/boot/info_builder.h"
#include "tests/unit/unit.h"

static struct info_builder info;
static struct boot_info out;

static void assert_parses(enum multiboot2_status expected)
{
    assert_int_equal(info_parse(&info, &out), expected);
}

static void reads_everything(void **state)
{
    (void)state;
    info_begin(&info);
    info_text_tag(&info, 1, "guest=hlt trace=1");
    info_text_tag(&info, 2, "GRUB 2.06");
    info_module(&info, 0x100000, 0x180000, "guest.bin a=b");
    info_module(&info, 0xfffff000, 0xffffffff, "");
    info_zeros_tag(&info, 4, 8); /* basic memory information: the parser skips it */
    info_zeros_tag(&info, 999, 5);
    info_tag(&info, 6);
    info_u32(&info, 24);
    info_u32(&info, 0);
    info_u64(&info, 0);
    info_u64(&info, 0x9fc00);
    info_u32(&info, 1);
    info_u32(&info, 0);
    info_u64(&info, UINT64_C(0x123456789abcd000));
    info_u64(&info, UINT64_C(0xfedcba9876543000));
    info_u32(&info, 0xabcdef01);
    info_u32(&info, 0);
    info_tag_end(&info);
    info_zeros_tag(&info, 12, 8);
    info_tag(&info, 14);
    info_bytes(&info, "RSD PTR 012345678901", 20);
    info_tag_end(&info);
    info_end(&info);

    assert_parses(MULTIBOOT2_OK);
    assert_int_equal(out.size, info.size);
    assert_string_equal(out.command_line, "guest=hlt trace=1");
    assert_string_equal(out.loader, "GRUB 2.06");
    assert_true(out.efi);
    assert_int_equal(out.rsdp_size, 20);
    assert_memory_equal(out.rsdp, "RSD PTR 012345678901", 20);
    assert_int_equal(out.module_count, 2);
    assert_int_equal(out.module[0].start, 0x100000);
    assert_int_equal(out.module[0].end, 0x180000);
    assert_string_equal(out.module[0].command_line, "guest.bin a=b");
    assert_int_equal(out.module[1].start, 0xfffff000);
    assert_int_equal(out.module[1].end, 0xffffffff);
    assert_string_equal(out.module[1].command_line, "");
    assert_int_equal(out.memory_count, 2);
    assert_int_equal(out.memory[0].base, 0);
    assert_int_equal(out.memory[0].length, 0x9fc00);
    assert_int_equal(out.memory[0].type, BOOT_MEMORY_AVAILABLE);
    assert_int_equal(out.memory[1].base, UINT64_C(0x123456789abcd000));
    assert_int_equal(out.memory[1].length, UINT64_C(0xfedcba9876543000));
    assert_int_equal(out.memory[1].type, 0xabcdef01);
}

static void does_with_a_memory_map_alone(void **state)
{
    (void)state;
    memset(&out, 0xcc, sizeof(out));
    info_begin(&info);
    info_memory(&info, 24, 1);
    info_end(&info);
    assert_parses(MULTIBOOT2_OK);
    assert_string_equal(out.command_line, "");
    assert_string_equal(out.loader, "unknown");
    assert_false(out.efi);
    assert_null(out.rsdp);
    assert_int_equal(out.rsdp_size, 0);
    assert_int_equal(out.module_count, 0);
    assert_int_equal(out.memory_count, 1);
}

static void wants_memory(void **state)
{
    (void)state;
    info_begin(&info);
    info_end(&info);
    assert_parses(MULTIBOOT2_NO_MEMORY);
    info_begin(&info);
    info_memory(&info, 24, 0);
    info_end(&info);
    assert_parses(MULTIBOOT2_NO_MEMORY);
}

static void steps_by_the_size_of_an_entry(void **state)
{
    static const uint32_t sizes[] = {24, 25, 32, 40, 1000};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        info_begin(&info);
        info_memory(&info, sizes[i], 3);
        info_end(&info);
        assert_parses(MULTIBOOT2_OK);
        assert_int_equal(out.memory_count, 3);
        for (size_t n = 0; n < 3; n++) {
            assert_int_equal(out.memory[n].base, n * 4096);
            assert_int_equal(out.memory[n].length, n + 1);
            assert_int_equal(out.memory[n].type, n + 1);
        }
    }
}

static void has_room_for_so_many(void **state)
{
    (void)state;
    info_begin(&info);
    info_memory(&info, 24, BOOT_MEMORY_MAX);
    info_end(&info);
    assert_parses(MULTIBOOT2_OK);
    assert_int_equal(out.memory_count, BOOT_MEMORY_MAX);
    assert_int_equal(out.memory[BOOT_MEMORY_MAX - 1].base, (BOOT_MEMORY_MAX - 1) * 4096);
    info_begin(&info);
    info_memory(&info, 24, BOOT_MEMORY_MAX + 1);
    info_end(&info);
    assert_parses(MULTIBOOT2_TOO_MANY);
}

static void has_room_for_so_many_modules(void **state)
{
    (void)state;
    info_begin(&info);
    info_memory(&info, 24, 1);
    for (uint32_t i = 0; i < BOOT_MODULES_MAX; i++)
        info_module(&info, i, i, "m");
    info_end(&info);
    assert_parses(MULTIBOOT2_OK);
    assert_int_equal(out.module_count, BOOT_MODULES_MAX);
    assert_int_equal(out.module[BOOT_MODULES_MAX - 1].start, BOOT_MODULES_MAX - 1);
    info.size -= 8; /* overwrite the end tag */
    info_module(&info, 9, 9, "m");
    info_end(&info);
    assert_parses(MULTIBOOT2_TOO_MANY);
}

static void lets_the_first_of_two_count(void **state)
{
    (void)state;
    info_begin(&info);
    info_text_tag(&info, 1, "first");
    info_text_tag(&info, 1, "second");
    info_text_tag(&info, 2, "one");
    info_text_tag(&info, 2, "two");
    info_memory(&info, 24, 2);
    info_memory(&info, 24, 5);
    info_end(&info);
    assert_parses(MULTIBOOT2_OK);
    assert_string_equal(out.command_line, "first");
    assert_string_equal(out.loader, "one");
    assert_int_equal(out.memory_count, 2);
    /* The first tag counts even if it is empty. */
    info_begin(&info);
    info_text_tag(&info, 1, "");
    info_text_tag(&info, 1, "second");
    info_memory(&info, 24, 0);
    info_memory(&info, 24, 5);
    info_end(&info);
    assert_parses(MULTIBOOT2_NO_MEMORY);
}

/* Writes an RSDP of `size` bytes, all equal to c. */
static void rsdp_tag(uint32_t type, char c, size_t size)
{
    info_tag(&info, type);
    for (size_t i = 0; i < size; i++)
        info_bytes(&info, &c, 1);
    info_tag_end(&info);
}

/* Writes up to three RSDP tags of these types, with contents a, b and c, and checks which one is
 * chosen. */
static void check_rsdp(const uint32_t *types, char chosen)
{
    info_begin(&info);
    info_memory(&info, 24, 1);
    for (int i = 0; i < 3 && types[i] != 0; i++)
        rsdp_tag(types[i], (char)('a' + i), types[i] == 14 ? 20 : 36);
    info_end(&info);
    assert_parses(MULTIBOOT2_OK);
    assert_int_equal(out.rsdp_size, types[chosen - 'a'] == 14 ? 20 : 36);
    for (size_t i = 0; i < out.rsdp_size; i++)
        assert_int_equal(((const char *)out.rsdp)[i], chosen);
}

static void prefers_the_newer_root_pointer(void **state)
{
    (void)state;
    check_rsdp((const uint32_t[]){14, 0, 0}, 'a');
    check_rsdp((const uint32_t[]){15, 0, 0}, 'a');
    check_rsdp((const uint32_t[]){14, 15, 0}, 'b');
    check_rsdp((const uint32_t[]){15, 14, 0}, 'a');
    check_rsdp((const uint32_t[]){14, 14, 0}, 'a');
    check_rsdp((const uint32_t[]){15, 15, 0}, 'a');
    check_rsdp((const uint32_t[]){14, 15, 14}, 'b');
    check_rsdp((const uint32_t[]){14, 14, 15}, 'c');
    check_rsdp((const uint32_t[]){15, 14, 15}, 'a');
}

static void knows_uefi_by_its_tags(void **state)
{
    (void)state;
    for (uint32_t type = 1; type < 40; type++) {
        bool efi = type == 11 || type == 12 || type == 17 || type == 19 || type == 20;

        if (type == 1 || type == 2 || type == 3 || type == 6)
            continue;
        info_begin(&info);
        info_memory(&info, 24, 1);
        info_zeros_tag(&info, type, 36);
        info_end(&info);
        assert_parses(MULTIBOOT2_OK);
        assert_int_equal(out.efi, efi);
    }
}

/* UEFI Specification 2.10, §7.2: memory that is free after the boot services have ended, and other
 * memory. */
static void takes_the_map_of_uefi_without_another(void **state)
{
    static const uint32_t types[] = {0, 1,  2,  3,  4,  5,  6,  7,         8,
                                     9, 10, 11, 12, 13, 14, 15, 0x80000000};
    static const uint32_t expected[] = {2, 1, 1, 1, 1, 2, 2, 1, 5, 3, 4, 2, 2, 2, 2, 2, 2};
    enum { COUNT = sizeof types / sizeof types[0] };

    (void)state;
    for (uint32_t entry_size = 40; entry_size <= 64; entry_size += 8) {
        info_begin(&info);
        info_efi_memory(&info, entry_size, types, COUNT);
        info_end(&info);
        assert_parses(MULTIBOOT2_OK);
        assert_true(out.efi);
        assert_int_equal(out.memory_count, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            assert_int_equal(out.memory[i].base, i << 20);
            assert_int_equal(out.memory[i].length, (i + 1) << 12);
            assert_int_equal(out.memory[i].type, expected[i]);
        }
    }
}

static void prefers_the_map_of_the_loader(void **state)
{
    static const uint32_t types[] = {7, 7};

    (void)state;
    for (unsigned first = 0; first < 2; first++) {
        info_begin(&info);
        if (first == 0)
            info_memory(&info, 24, 1);
        info_efi_memory(&info, first == 0 ? 40 : 48, types, 2);
        info_efi_memory(&info, 40, types, 1); /* the first of two maps counts */
        if (first == 1)
            info_memory(&info, 24, 1);
        info_end(&info);
        assert_parses(MULTIBOOT2_OK);
        assert_int_equal(out.memory_count, 1);
        assert_int_equal(out.memory[0].length, 1);
    }
}

static void takes_the_first_of_two_maps_of_uefi(void **state)
{
    static const uint32_t types[] = {7, 7};

    (void)state;
    info_begin(&info);
    info_efi_memory(&info, 40, types, 2);
    info_efi_memory(&info, 40, types, 1);
    info_end(&info);
    assert_parses(MULTIBOOT2_OK);
    assert_int_equal(out.memory_count, 2);
}

/* An impossibly large number of pages gives a range up to the end that does not wrap. */
static void keeps_endless_ranges_whole(void **state)
{
    (void)state;
    info_begin(&info);
    info_efi_memory(&info, 40, (const uint32_t[]){7}, 1);
    info_end(&info);
    info_patch(&info, info.tag[0] + 16 + 24, 0);
    info_patch(&info, info.tag[0] + 16 + 24 + 4, 0x00100000); /* pages, upper half: 2^52 */
    assert_parses(MULTIBOOT2_OK);
    assert_int_equal(out.memory[0].length, UINT64_MAX);
}

/* Tags of every length are followed by one that is found. */
/* Devices may be at any address that is not memory. */
static void knows_what_may_be_memory(void **state)
{
    static struct boot_info map = {
        .memory_count = 4,
        .memory = {{0x100000, 0x700000, BOOT_MEMORY_AVAILABLE},
                   {0xfe000000, 0x10000, BOOT_MEMORY_RESERVED},
                   {0x800000, 0x1000, BOOT_MEMORY_NVS},
                   {UINT64_MAX - 0xfff, 0x1000, BOOT_MEMORY_ACPI}},
    };
    static const struct boot_info none;
    (void)state;
    assert_true(boot_may_be_memory(&map, 0x100000, 1));
    assert_true(boot_may_be_memory(&map, 0x8007ff, 8)); /* two adjacent ranges of different types */
    assert_true(boot_may_be_memory(&map, 0x800fff, 1));
    assert_false(boot_may_be_memory(&map, 0x801000, 8));
    assert_true(boot_may_be_memory(&map, 0xfffff, 1)); /* below 1 MiB */
    assert_false(boot_may_be_memory(&map, 0xfe000000, 8));
    assert_false(boot_may_be_memory(&map, UINT64_MAX - 0x1007, 8));
    assert_true(boot_may_be_memory(&map, UINT64_MAX - 0x1006, 8));
    assert_true(boot_may_be_memory(&map, UINT64_MAX, 1));
    assert_true(boot_may_be_memory(&none, 0xfe000000, 8));
}

static void skips_padding(void **state)
{
    (void)state;
    for (size_t length = 0; length < 20; length++) {
        info_begin(&info);
        info_zeros_tag(&info, 1000, length);
        info_memory(&info, 24, 1);
        info_end(&info);
        assert_parses(MULTIBOOT2_OK);
        assert_int_equal(out.memory_count, 1);
    }
}

static void stops_at_the_end_tag(void **state)
{
    (void)state;
    info_begin(&info);
    info_memory(&info, 24, 1);
    info_end(&info);
    info_text_tag(&info, 1, "too late");
    info_u32(&info, 0xffffffff);
    info_patch(&info, 0, (uint32_t)info.size);
    assert_parses(MULTIBOOT2_OK);
    assert_string_equal(out.command_line, "");
}

static void explains_every_status(void **state)
{
    (void)state;
    for (int a = MULTIBOOT2_OK; a <= MULTIBOOT2_TOO_MANY; a++) {
        const char *text = multiboot2_status_text((enum multiboot2_status)a);

        assert_true(strlen(text) > 10);
        assert_string_not_equal(text, multiboot2_status_text((enum multiboot2_status)99));
        for (int b = MULTIBOOT2_OK; b < a; b++)
            assert_string_not_equal(text, multiboot2_status_text((enum multiboot2_status)b));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_everything),
        cmocka_unit_test(does_with_a_memory_map_alone),
        cmocka_unit_test(wants_memory),
        cmocka_unit_test(steps_by_the_size_of_an_entry),
        cmocka_unit_test(has_room_for_so_many),
        cmocka_unit_test(has_room_for_so_many_modules),
        cmocka_unit_test(lets_the_first_of_two_count),
        cmocka_unit_test(prefers_the_newer_root_pointer),
        cmocka_unit_test(knows_uefi_by_its_tags),
        cmocka_unit_test(takes_the_map_of_uefi_without_another),
        cmocka_unit_test(prefers_the_map_of_the_loader),
        cmocka_unit_test(takes_the_first_of_two_maps_of_uefi),
        cmocka_unit_test(keeps_endless_ranges_whole),
        cmocka_unit_test(knows_what_may_be_memory),
        cmocka_unit_test(skips_padding),
        cmocka_unit_test(stops_at_the_end_tag),
        cmocka_unit_test(explains_every_status),
    };

    return cmocka_run_group_tests_name("multiboot2", tests, NULL, info_free);
}
