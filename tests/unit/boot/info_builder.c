/* Builds boot information for tests. */
#include "tests/unit/boot/info_builder.h"

#include <stdlib.h>
#include <string.h>

#include "lib/bits.h"
#include "tests/unit/unit.h"

unsigned char *info_allocation;

void info_bytes(struct info_builder *info, const void *bytes, size_t size)
{
    assert_in_range(size, 0, INFO_MAX - info->size);
    memcpy(info->at + info->size, bytes, size);
    info->size += size;
}

void info_u32(struct info_builder *info, uint32_t value)
{
    info_bytes(info, &value, sizeof(value));
}

void info_u64(struct info_builder *info, uint64_t value)
{
    info_bytes(info, &value, sizeof(value));
}

void info_text(struct info_builder *info, const char *text)
{
    info_bytes(info, text, strlen(text) + 1);
}

void info_patch(struct info_builder *info, size_t offset, uint32_t value)
{
    memcpy(info->at + offset, &value, sizeof(value));
}

void info_begin(struct info_builder *info)
{
    info->size = 0;
    info->tag_count = 0;
    info_u32(info, 0);
    info_u32(info, 0);
}

void info_tag(struct info_builder *info, uint32_t type)
{
    /* Padding is not 0, because a parser must not rely on it. */
    while (!is_aligned(info->size, 8))
        info_bytes(info, "\xee", 1);
    assert_in_range(info->tag_count, 0, INFO_TAGS_MAX - 1);
    info->tag[info->tag_count++] = info->size;
    info_u32(info, type);
    info_u32(info, 0);
}

void info_tag_end(struct info_builder *info)
{
    size_t start = info->tag[info->tag_count - 1];

    info_patch(info, start + 4, (uint32_t)(info->size - start));
}

void info_text_tag(struct info_builder *info, uint32_t type, const char *text)
{
    info_tag(info, type);
    info_text(info, text);
    info_tag_end(info);
}

void info_zeros_tag(struct info_builder *info, uint32_t type, size_t payload)
{
    info_tag(info, type);
    for (size_t i = 0; i < payload; i++)
        info_bytes(info, "", 1);
    info_tag_end(info);
}

void info_module(struct info_builder *info, uint32_t start, uint32_t end, const char *text)
{
    info_tag(info, 3);
    info_u32(info, start);
    info_u32(info, end);
    info_text(info, text);
    info_tag_end(info);
}

void info_memory(struct info_builder *info, uint32_t entry_size, size_t count)
{
    info_tag(info, 6);
    info_u32(info, entry_size);
    info_u32(info, 0);
    for (size_t i = 0; i < count; i++) {
        info_u64(info, i * 4096);
        info_u64(info, i + 1);
        info_u32(info, (uint32_t)(i % 5 + 1));
        info_u32(info, 0xffffffff);
        for (size_t j = 24; j < entry_size; j++)
            info_bytes(info, "\xdd", 1);
    }
    info_tag_end(info);
}

void info_efi_memory(struct info_builder *info, uint32_t entry_size, const uint32_t *types,
                     size_t count)
{
    info_tag(info, 17);
    info_u32(info, entry_size);
    info_u32(info, 1);
    for (size_t i = 0; i < count; i++) {
        info_u32(info, types[i]);
        info_u32(info, 0);
        info_u64(info, i << 20);
        info_u64(info, UINT64_MAX);
        info_u64(info, i + 1);
        info_u64(info, 0xf);
        for (size_t j = 40; j < entry_size; j++)
            info_bytes(info, "\xdd", 1);
    }
    info_tag_end(info);
}

void info_end(struct info_builder *info)
{
    info_tag(info, 0);
    info_tag_end(info);
    info_patch(info, 0, (uint32_t)info->size);
}

void info_build_all(struct info_builder *info)
{
    info_begin(info);
    info_text_tag(info, 1, "guest=hlt");
    info_text_tag(info, 2, "GRUB 2.06");
    info_module(info, 0x100000, 0x180000, "guest.bin");
    info_zeros_tag(info, 4, 8);
    info_memory(info, 24, 3);
    info_zeros_tag(info, 11, 4);
    info_zeros_tag(info, 12, 8);
    info_zeros_tag(info, 14, 20);
    info_zeros_tag(info, 15, 36);
    info_zeros_tag(info, 8, 30);
    info_efi_memory(info, 48, (const uint32_t[]){7, 9}, 2);
    info_zeros_tag(info, 19, 4);
    info_zeros_tag(info, 20, 8);
    info_end(info);
}

enum multiboot2_status info_parse_part(const struct info_builder *info, size_t size, size_t limit,
                                       struct boot_info *out)
{
    free(info_allocation);
    info_allocation = malloc(size);
    if (info_allocation == NULL)
        abort();
    memcpy(info_allocation, info->at, size);
    return multiboot2_parse(info_allocation, limit, out);
}

enum multiboot2_status info_parse(const struct info_builder *info, struct boot_info *out)
{
    return info_parse_part(info, info->size, info->size, out);
}

int info_free(void **state)
{
    (void)state;
    free(info_allocation);
    info_allocation = NULL;
    return 0;
}
