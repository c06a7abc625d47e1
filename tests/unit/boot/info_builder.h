/* Builds valid or invalid Multiboot2 boot information for tests of the parser. */
#ifndef TESTS_UNIT_BOOT_INFO_BUILDER_H
#define TESTS_UNIT_BOOT_INFO_BUILDER_H

#include <stddef.h>
#include <stdint.h>

#include "boot/multiboot2.h"

enum {
    INFO_MAX = 32768,
    INFO_TAGS_MAX = 64,
};

struct info_builder {
    size_t size; /* bytes written, including the header */
    size_t tag_count;
    size_t tag[INFO_TAGS_MAX]; /* offset of each tag */
    unsigned char at[INFO_MAX];
};

void info_begin(struct info_builder *info);

void info_u32(struct info_builder *info, uint32_t value);
void info_u64(struct info_builder *info, uint64_t value);
void info_bytes(struct info_builder *info, const void *bytes, size_t size);
/* Writes a text and its NUL. */
void info_text(struct info_builder *info, const char *text);

/* Begins a tag at the next multiple of 8. The end of the tag sets its size. */
void info_tag(struct info_builder *info, uint32_t type);
void info_tag_end(struct info_builder *info);

/* Write whole tags. */
void info_text_tag(struct info_builder *info, uint32_t type, const char *text);
void info_zeros_tag(struct info_builder *info, uint32_t type, size_t payload);
void info_module(struct info_builder *info, uint32_t start, uint32_t end, const char *text);
/* Writes `count` entries: entry n has base n * 4 KiB, n + 1 bytes and type n % 5 + 1. */
void info_memory(struct info_builder *info, uint32_t entry_size, size_t count);

/* Writes a UEFI memory map with a descriptor of each of these types. Each descriptor has one page
 * more than the previous one and starts at its number times 1 MiB. */
void info_efi_memory(struct info_builder *info, uint32_t entry_size, const uint32_t *types,
                     size_t count);

/* Writes the end tag and the total size. */
void info_end(struct info_builder *info);

/* Builds valid information with every kind of tag that the parser reads and one that it skips. */
void info_build_all(struct info_builder *info);

/* Changes a 32-bit word that was already written. */
void info_patch(struct info_builder *info, size_t offset, uint32_t value);

/* Parses the first `size` bytes with that limit, in an allocation of exactly that size. The
 * allocation lives until the next call, because *out points into it. */
enum multiboot2_status info_parse_part(const struct info_builder *info, size_t size, size_t limit,
                                       struct boot_info *out);
/* Parses the whole information. */
enum multiboot2_status info_parse(const struct info_builder *info, struct boot_info *out);

/* The allocation, and the teardown function that frees it. */
extern unsigned char *info_allocation;
int info_free(void **state);

#endif
