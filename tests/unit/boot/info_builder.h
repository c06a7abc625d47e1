/* Writes Multiboot2 boot information, right or wrong, for tests of its reader. */
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
    size_t size; /* bytes written, those of the header included */
    size_t tag_count;
    size_t tag[INFO_TAGS_MAX]; /* where each tag begins */
    unsigned char at[INFO_MAX];
};

void info_begin(struct info_builder *info);

void info_u32(struct info_builder *info, uint32_t value);
void info_u64(struct info_builder *info, uint64_t value);
void info_bytes(struct info_builder *info, const void *bytes, size_t size);
/* With its NUL. */
void info_text(struct info_builder *info, const char *text);

/* Begins a tag on the next multiple of 8; its size is set where it ends. */
void info_tag(struct info_builder *info, uint32_t type);
void info_tag_end(struct info_builder *info);

/* Whole tags. */
void info_text_tag(struct info_builder *info, uint32_t type, const char *text);
void info_zeros_tag(struct info_builder *info, uint32_t type, size_t payload);
void info_module(struct info_builder *info, uint32_t start, uint32_t end, const char *text);
/* As many entries as count: the n-th from n * 4 KiB, with n + 1 bytes, of type n % 5 + 1. */
void info_memory(struct info_builder *info, uint32_t entry_size, size_t count);

/* UEFI's memory map: a descriptor of each of these types, of one page more than the one before,
 * each from its number times 1 MiB. */
void info_efi_memory(struct info_builder *info, uint32_t entry_size, const uint32_t *types,
                     size_t count);

/* Writes the end tag and the total size. */
void info_end(struct info_builder *info);

/* All of it, and right: every kind of tag that is read, and one that is not. */
void info_build_all(struct info_builder *info);

/* Changes a word that was written. */
void info_patch(struct info_builder *info, size_t offset, uint32_t value);

/* Reads the first `size` bytes, with that limit, from an allocation that has no byte more. The
 * allocation is kept until the next call, because *out points into it. */
enum multiboot2_status info_parse_part(const struct info_builder *info, size_t size, size_t limit,
                                       struct boot_info *out);
/* All of it. */
enum multiboot2_status info_parse(const struct info_builder *info, struct boot_info *out);

/* That allocation, and what frees it after all tests. */
extern unsigned char *info_allocation;
int info_free(void **state);

#endif
