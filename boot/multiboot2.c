/* Reads the boot information tag by tag. Words are copied out of it rather than pointed to, so
 * that nothing depends on the alignment of what a loader put inside a tag. */
#include "boot/multiboot2.h"

#include "lib/bits.h"
#include "lib/string.h"

enum {
    INFO_HEADER = 8, /* u32 total size, u32 reserved */
    TAG_HEADER = 8,  /* u32 type, u32 size without the padding */
    TAG_ALIGN = 8,
    TAG_END = 0,
    MODULE_TEXT = 16,    /* after u32 start, u32 end */
    MEMORY_ENTRIES = 16, /* after u32 size of an entry, u32 version of it */
    MEMORY_ENTRY = 24,   /* u64 base, u64 length, u32 type, u32 reserved; later ones are longer */
    RSDP_1_SIZE = 20,    /* ACPI 1.0 */
    RSDP_2_SIZE = 36,    /* ACPI 2.0 and later */
};

/* What was seen so far; of tags that come twice, the first counts. */
struct parse {
    struct boot_info *out;
    bool memory_seen;
    bool old_rsdp_seen;
    bool new_rsdp_seen;
};

/* A tag that lies inside the information: size bytes from at, its header included. */
struct tag {
    const unsigned char *at;
    size_t size;
};

/* A type of tag: the least size that it can have, and who reads it. */
struct tag_kind {
    uint32_t type;
    size_t least;
    enum multiboot2_status (*read)(struct parse *parse, struct tag tag);
};

static uint32_t read_u32(const unsigned char *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof(value));
    return value;
}

static uint64_t read_u64(const unsigned char *at)
{
    uint64_t value;

    memcpy(&value, at, sizeof(value));
    return value;
}

/* The text from that offset in the tag; NULL where it does not end inside. */
static const char *text_in(struct tag tag, size_t offset)
{
    for (size_t i = offset; i < tag.size; i++) {
        if (tag.at[i] == '\0') {
            return (const char *)tag.at + offset;
        }
    }
    return NULL;
}

/* Sets *text, unless an earlier tag did. */
static enum multiboot2_status read_text(struct tag tag, const char **text)
{
    if (*text == NULL) {
        *text = text_in(tag, TAG_HEADER);
    }
    return *text != NULL ? MULTIBOOT2_OK : MULTIBOOT2_TAG;
}

static enum multiboot2_status read_command_line(struct parse *parse, struct tag tag)
{
    return read_text(tag, &parse->out->command_line);
}

static enum multiboot2_status read_loader(struct parse *parse, struct tag tag)
{
    return read_text(tag, &parse->out->loader);
}

static enum multiboot2_status read_module(struct parse *parse, struct tag tag)
{
    struct boot_info *out = parse->out;
    struct boot_module module = {
        .start = read_u32(tag.at + TAG_HEADER),
        .end = read_u32(tag.at + TAG_HEADER + 4),
        .command_line = text_in(tag, MODULE_TEXT),
    };

    if (module.command_line == NULL || module.end < module.start) {
        return MULTIBOOT2_TAG;
    }
    if (out->module_count == BOOT_MODULES_MAX) {
        return MULTIBOOT2_TOO_MANY;
    }
    out->module[out->module_count++] = module;
    return MULTIBOOT2_OK;
}

static enum multiboot2_status read_memory(struct parse *parse, struct tag tag)
{
    struct boot_info *out = parse->out;
    size_t entry_size = read_u32(tag.at + TAG_HEADER);
    size_t entries_size = tag.size - MEMORY_ENTRIES;

    if (parse->memory_seen) {
        return MULTIBOOT2_OK;
    }
    parse->memory_seen = true;
    /* A part of an entry means that one of the two sizes is wrong: so may be every entry. */
    if (entry_size < MEMORY_ENTRY || entries_size % entry_size != 0) {
        return MULTIBOOT2_TAG;
    }
    if (entries_size / entry_size > BOOT_MEMORY_MAX) {
        return MULTIBOOT2_TOO_MANY;
    }
    for (size_t i = 0; i < entries_size / entry_size; i++) {
        const unsigned char *at = tag.at + MEMORY_ENTRIES + i * entry_size;

        out->memory[out->memory_count++] = (struct boot_memory){
            .base = read_u64(at),
            .length = read_u64(at + 8),
            .type = read_u32(at + 16),
        };
    }
    return MULTIBOOT2_OK;
}

static enum multiboot2_status read_efi(struct parse *parse, struct tag tag)
{
    (void)tag;
    parse->out->efi = true;
    return MULTIBOOT2_OK;
}

static void set_rsdp(struct boot_info *out, struct tag tag)
{
    out->rsdp = tag.at + TAG_HEADER;
    out->rsdp_size = (uint32_t)(tag.size - TAG_HEADER);
}

static enum multiboot2_status read_old_rsdp(struct parse *parse, struct tag tag)
{
    if (!parse->old_rsdp_seen && !parse->new_rsdp_seen) {
        set_rsdp(parse->out, tag);
    }
    parse->old_rsdp_seen = true;
    return MULTIBOOT2_OK;
}

static enum multiboot2_status read_new_rsdp(struct parse *parse, struct tag tag)
{
    if (!parse->new_rsdp_seen) {
        set_rsdp(parse->out, tag);
    }
    parse->new_rsdp_seen = true;
    return MULTIBOOT2_OK;
}

/* Multiboot2 Specification 2.0, §3.6. Types that are not here are skipped. */
static const struct tag_kind tag_kinds[] = {
    {1, TAG_HEADER + 1, read_command_line},
    {2, TAG_HEADER + 1, read_loader},
    {3, MODULE_TEXT + 1, read_module},
    {6, MEMORY_ENTRIES, read_memory},
    {11, TAG_HEADER + 4, read_efi}, /* EFI 32-bit system table */
    {12, TAG_HEADER + 8, read_efi}, /* EFI 64-bit system table */
    {14, TAG_HEADER + RSDP_1_SIZE, read_old_rsdp},
    {15, TAG_HEADER + RSDP_2_SIZE, read_new_rsdp},
    {17, TAG_HEADER + 8, read_efi}, /* EFI memory map */
    {19, TAG_HEADER + 4, read_efi}, /* EFI 32-bit image handle */
    {20, TAG_HEADER + 8, read_efi}, /* EFI 64-bit image handle */
};

static enum multiboot2_status read_tag(struct parse *parse, uint32_t type, struct tag tag)
{
    for (size_t i = 0; i < ARRAY_COUNT(tag_kinds); i++) {
        if (tag_kinds[i].type == type) {
            return tag.size < tag_kinds[i].least ? MULTIBOOT2_TAG : tag_kinds[i].read(parse, tag);
        }
    }
    return MULTIBOOT2_OK;
}

/* Reads all tags of an information of total bytes, up to the end tag. */
static enum multiboot2_status read_tags(struct parse *parse, const unsigned char *info,
                                        size_t total)
{
    size_t offset = INFO_HEADER;

    while (offset + TAG_HEADER <= total) {
        uint32_t type = read_u32(info + offset);
        struct tag tag = {.at = info + offset, .size = read_u32(info + offset + 4)};

        /* A size below the header's would also stop the loop from getting any further. */
        if (tag.size < TAG_HEADER || tag.size > total - offset) {
            return MULTIBOOT2_TAG;
        }
        if (type == TAG_END) {
            return MULTIBOOT2_OK;
        }

        enum multiboot2_status status = read_tag(parse, type, tag);

        if (status != MULTIBOOT2_OK) {
            return status;
        }
        offset += align_up(tag.size, TAG_ALIGN);
    }
    return MULTIBOOT2_NO_END;
}

enum multiboot2_status multiboot2_parse(const void *info, size_t limit, struct boot_info *out)
{
    struct parse parse = {.out = out};

    memset(out, 0, sizeof(*out));
    if (!is_aligned((uintptr_t)info, TAG_ALIGN)) {
        return MULTIBOOT2_UNALIGNED;
    }
    if (limit < INFO_HEADER + TAG_HEADER) {
        return MULTIBOOT2_SIZE;
    }
    out->size = read_u32(info);
    if (out->size < INFO_HEADER + TAG_HEADER || out->size > limit) {
        return MULTIBOOT2_SIZE;
    }

    enum multiboot2_status status = read_tags(&parse, info, out->size);

    if (status != MULTIBOOT2_OK) {
        return status;
    }
    if (out->command_line == NULL) {
        out->command_line = "";
    }
    if (out->loader == NULL) {
        out->loader = "unknown";
    }
    return out->memory_count > 0 ? MULTIBOOT2_OK : MULTIBOOT2_NO_MEMORY;
}

const char *multiboot2_status_text(enum multiboot2_status status)
{
    switch (status) {
    case MULTIBOOT2_OK:
        return "the boot information is right";
    case MULTIBOOT2_UNALIGNED:
        return "the boot information does not start on a multiple of 8 bytes";
    case MULTIBOOT2_SIZE:
        return "the boot information has an impossible size";
    case MULTIBOOT2_TAG:
        return "a tag of the boot information ends outside of it, or what is in the tag is wrong";
    case MULTIBOOT2_NO_END:
        return "the boot information has no end tag";
    case MULTIBOOT2_NO_MEMORY:
        return "the boot information has no memory map";
    case MULTIBOOT2_TOO_MANY:
        return "the boot information has more memory ranges or modules than there is room for";
    }
    return "the boot information was read with an unknown result";
}
