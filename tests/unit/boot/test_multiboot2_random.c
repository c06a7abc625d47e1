/* Tests the parser with random boot information: it must not read outside the information, and its
 * results must be within bounds. */
#include <string.h>

#include "boot/multiboot2.h"
#include "tests/unit/boot/info_builder.h"
#include "tests/unit/random.h"
#include "tests/unit/unit.h"

enum { ROUNDS = 5000 };

static struct info_builder info;
static struct boot_info out;

/* Checks that the results lie inside the information. */
static void check_inside(size_t size)
{
    const char *start = (const char *)info_allocation;
    const char *texts[2 + BOOT_MODULES_MAX] = {out.command_line, out.loader};

    assert_in_range(out.memory_count, 1, BOOT_MEMORY_MAX);
    assert_in_range(out.module_count, 0, BOOT_MODULES_MAX);
    for (size_t i = 0; i < out.module_count; i++) {
        assert_true(out.module[i].start <= out.module[i].end);
        texts[2 + i] = out.module[i].command_line;
    }
    for (size_t i = 0; i < 2 + out.module_count; i++) {
        if (strcmp(texts[i], "") != 0 && strcmp(texts[i], "unknown") != 0)
            assert_true(texts[i] >= start + 16 && texts[i] + strlen(texts[i]) < start + size);
    }
    if (out.rsdp != NULL) {
        assert_true((const char *)out.rsdp >= start + 16);
        assert_true((const char *)out.rsdp + out.rsdp_size <= start + size);
    }
}

/* Returns true if the parser accepted the information. */
static bool check_random(size_t size)
{
    enum multiboot2_status status = info_parse_part(&info, size, size, &out);

    assert_in_range(status, MULTIBOOT2_OK, MULTIBOOT2_TOO_MANY);
    if (status == MULTIBOOT2_OK)
        check_inside(size);
    return status == MULTIBOOT2_OK;
}

static void survives_random_bytes(void **state)
{
    struct random random = {.state = 1};

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        size_t size = random_below(&random, 300);

        for (size_t i = 0; i < size; i++)
            info.at[i] = (unsigned char)random_next(&random);
        (void)check_random(size);
        info_patch(&info, 0, (uint32_t)size);
        (void)check_random(size);
    }
}

static void add_random_tag(struct random *random)
{
    uint32_t type = (uint32_t)random_below(random, 22);

    switch (random_below(random, 4)) {
    case 0:
        info_memory(&info, 24 + (uint32_t)random_below(random, 9), random_below(random, 5));
        break;
    case 1:
        info_module(&info, 1, (uint32_t)random_below(random, 100), "module");
        break;
    default:
        info_tag(&info, type);
        for (uint64_t i = random_below(random, 60); i > 0; i--) {
            /* Small numbers, so that some are plausible sizes or ends of texts. */
            info_bytes(&info, &(unsigned char){random_below(random, 26)}, 1);
        }
        info_tag_end(&info);
        break;
    }
}

/* Tags in any order, some of them valid and others only with a valid size. */
static void survives_random_tags(void **state)
{
    struct random random = {.state = 2};
    int read = 0;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        info_begin(&info);
        for (uint64_t tags = random_below(&random, 8); tags > 0; tags--)
            add_random_tag(&random);
        info_end(&info);
        read += check_random(info.size);
    }
    assert_in_range(read, ROUNDS / 20, ROUNDS / 2); /* both outcomes are frequent */
}

static void survives_random_damage(void **state)
{
    struct random random = {.state = 3};
    int read = 0;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        info_build_all(&info);
        for (uint64_t changes = 1 + random_below(&random, 6); changes > 0; changes--)
            info.at[4 + random_below(&random, info.size - 4)] = (unsigned char)random_next(&random);
        read += check_random(info.size);
    }
    assert_in_range(read, ROUNDS / 20, ROUNDS - ROUNDS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survives_random_bytes),
        cmocka_unit_test(survives_random_tags),
        cmocka_unit_test(survives_random_damage),
    };

    return cmocka_run_group_tests_name("multiboot2, random", tests, NULL, info_free);
}
