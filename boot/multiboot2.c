/* Parses the boot information tag by tag. Copies numbers out of the tags instead of accessing them
 * through pointers, because a loader need not align them inside a tag. */
#include "boot/multiboot2.h"

#include "lib/bits.h"
#include "lib/string.h"

enum {
    INFO_HEADER = 8, /* u32 total size, u32 reserved */
    TAG_HEADER = 8,  /* u32 type, u32 size without the padding */
    TAG_ALIGN = 8,
    TAG_END = 0,
    MODULE_TEXT = 16,    /* after u32 start, u32 end */
    MEMORY_ENTRIES = 16, /* after u32 entry size, u32 entry version */
    MEMORY_ENTRY = 24,   /* u64 base, u64 length, u32 type, u32 reserved; newer versions may add */
    EFI_ENTRIES = 16,    /* after u32 descriptor size, u32 descriptor version */
    EFI_ENTRY = 40, /* u32 type, padding, u64 physical, u64 virtual, u64 pages, u64 attributes */
    EFI_PAGE_BITS = 12,
    COLOURS = 32,     /* of a framebuffer, after address, pitch, size, depth and type */
    RSDP_1_SIZE = 20, /* ACPI 1.0 */
    RSDP_2_SIZE = 36, /* ACPI 2.0 and later */
};

/* A tag that lies inside the information: `size` bytes at `at`, including its header. */
struct tag {
    const unsigned char *at;
    size_t size;
};

/* The state of the parser. If a tag comes twice, the first one counts. */
struct parse {
    struct boot_info *out;
    bool memory_seen;
    struct tag efi_memory; /* .at is NULL until a UEFI memory map is found */
    bool framebuffer_seen;
    bool old_rsdp_seen;
    bool new_rsdp_seen;
};

/* A type of tag: its minimum size and its parser. */
struct tag_kind {
    uint32_t type;
    size_t min_size;
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

/* Returns the NUL-terminated text at that offset in the tag, or NULL if it does not end in the
 * tag. */
static const char *text_in(struct tag tag, size_t offset)
{
    for (size_t i = offset; i < tag.size; i++) {
        if (tag.at[i] == '\0')
            return (const char *)tag.at + offset;
    }
    return NULL;
}

/* Sets *text, unless an earlier tag has set it. */
static enum multiboot2_status read_text(struct tag tag, const char **text)
{
    if (*text == NULL)
        *text = text_in(tag, TAG_HEADER);
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

    if (module.command_line == NULL || module.end < module.start)
        return MULTIBOOT2_TAG;
    if (out->module_count == BOOT_MODULES_MAX)
        return MULTIBOOT2_TOO_MANY;
    out->module[out->module_count++] = module;
    return MULTIBOOT2_OK;
}

static enum multiboot2_status read_memory(struct parse *parse, struct tag tag)
{
    struct boot_info *out = parse->out;
    size_t entry_size = read_u32(tag.at + TAG_HEADER);
    size_t entries_size = tag.size - MEMORY_ENTRIES;

    if (parse->memory_seen)
        return MULTIBOOT2_OK;
    parse->memory_seen = true;
    /* If the size of the list is not a multiple of the entry size, one of the two is wrong, and no
     * entry can be trusted. */
    if (entry_size < MEMORY_ENTRY || entries_size % entry_size != 0)
        return MULTIBOOT2_TAG;
    if (entries_size / entry_size > BOOT_MEMORY_MAX)
        return MULTIBOOT2_TOO_MANY;
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

/* Converts a UEFI memory type to a type of the loader's map. Memory of the loader and of the boot
 * services is free once the boot services have ended (UEFI Specification 2.10, §7.2.3). */
static uint32_t type_of_efi(uint32_t type)
{
    switch (type) {
    case 1: /* EfiLoaderCode */
    case 2: /* EfiLoaderData */
    case 3: /* EfiBootServicesCode */
    case 4: /* EfiBootServicesData */
    case 7: /* EfiConventionalMemory */
        return BOOT_MEMORY_AVAILABLE;
    case 8: /* EfiUnusableMemory */
        return BOOT_MEMORY_BAD;
    case 9: /* EfiACPIReclaimMemory */
        return BOOT_MEMORY_ACPI;
    case 10: /* EfiACPIMemoryNVS */
        return BOOT_MEMORY_NVS;
    default:
        return BOOT_MEMORY_RESERVED;
    }
}

static struct boot_memory read_efi_entry(const unsigned char *at)
{
    const uint64_t pages = read_u64(at + 24);
    const bool whole = pages < BIT(64 - EFI_PAGE_BITS);

    return (struct boot_memory){
        .base = read_u64(at + 8),
        .length = whole ? pages << EFI_PAGE_BITS : UINT64_MAX,
        .type = type_of_efi(read_u32(at)),
    };
}

static enum multiboot2_status take_efi_memory(struct boot_info *out, struct tag tag)
{
    const size_t entry_size = read_u32(tag.at + TAG_HEADER);
    const size_t entries_size = tag.size - EFI_ENTRIES;

    if (entry_size < EFI_ENTRY || entries_size % entry_size != 0)
        return MULTIBOOT2_TAG;
    if (entries_size / entry_size > BOOT_MEMORY_MAX)
        return MULTIBOOT2_TOO_MANY;
    for (size_t i = 0; i < entries_size / entry_size; i++)
        out->memory[out->memory_count++] = read_efi_entry(tag.at + EFI_ENTRIES + i * entry_size);
    return MULTIBOOT2_OK;
}

/* Remembers the UEFI memory map. It is used only if there is no map from the loader. */
static enum multiboot2_status read_efi_memory(struct parse *parse, struct tag tag)
{
    parse->out->efi = true;
    if (parse->efi_memory.at == NULL)
        parse->efi_memory = tag;
    return MULTIBOOT2_OK;
}

static struct boot_colour read_colour(struct tag tag, size_t index)
{
    const unsigned char *at = tag.at + COLOURS + 2 * index;

    return (struct boot_colour){.position = at[0], .size = at[1]};
}

static bool is_colour(struct boot_colour colour, unsigned bits)
{
    return colour.size >= 1 && colour.size <= 16 && colour.position + colour.size <= bits;
}

/* Returns true if the framebuffer lies inside the physical address space, its rows do not overlap,
 * its size is not too large for a screen, and its pixels or cells are aligned. Pixels of three
 * bytes need no alignment. */
static bool is_plausible(const struct boot_framebuffer *it)
{
    const unsigned bytes = (it->bits_per_pixel + 7u) / 8;
    const uint64_t row = (uint64_t)it->width * bytes;
    const uint64_t size = (uint64_t)it->pitch * it->height;
    const uint64_t end = BIT(52), most = BIT(30);

    return it->address != 0 && it->width != 0 && it->height != 0 && row <= it->pitch &&
           size <= most && it->address <= end - size &&
           (bytes == 3 || is_aligned(it->address | it->pitch, bytes));
}

static bool is_rgb(const struct boot_framebuffer *it)
{
    const uint8_t bits = it->bits_per_pixel;

    return (bits == 15 || bits == 16 || bits == 24 || bits == 32) && is_colour(it->red, bits) &&
           is_colour(it->green, bits) && is_colour(it->blue, bits);
}

/* Ignores a framebuffer with implausible values, because the kernel can boot without one. */
static enum multiboot2_status read_framebuffer(struct parse *parse, struct tag tag)
{
    enum { RGB = 1, TEXT = 2 };
    const uint8_t type = tag.at[29];
    struct boot_framebuffer found = {
        .address = read_u64(tag.at + 8),
        .pitch = read_u32(tag.at + 16),
        .width = read_u32(tag.at + 20),
        .height = read_u32(tag.at + 24),
        .bits_per_pixel = type == TEXT ? 16 : tag.at[28],
    };

    if (parse->framebuffer_seen)
        return MULTIBOOT2_OK;
    parse->framebuffer_seen = true;
    if (type == RGB && tag.size >= COLOURS + 6) {
        found.red = read_colour(tag, 0);
        found.green = read_colour(tag, 1);
        found.blue = read_colour(tag, 2);
        found.kind = is_rgb(&found) ? BOOT_FRAMEBUFFER_RGB : BOOT_FRAMEBUFFER_NONE;
    } else if (type == TEXT) {
        found.kind = BOOT_FRAMEBUFFER_TEXT;
    }
    if (found.kind != BOOT_FRAMEBUFFER_NONE && is_plausible(&found))
        parse->out->framebuffer = found;
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
    if (!parse->old_rsdp_seen && !parse->new_rsdp_seen)
        set_rsdp(parse->out, tag);
    parse->old_rsdp_seen = true;
    return MULTIBOOT2_OK;
}

static enum multiboot2_status read_new_rsdp(struct parse *parse, struct tag tag)
{
    if (!parse->new_rsdp_seen)
        set_rsdp(parse->out, tag);
    parse->new_rsdp_seen = true;
    return MULTIBOOT2_OK;
}

/* Multiboot2 Specification 2.0, §3.6. Types that are not listed here are skipped. */
static const struct tag_kind tag_kinds[] = {
    {1, TAG_HEADER + 1, read_command_line},
    {2, TAG_HEADER + 1, read_loader},
    {3, MODULE_TEXT + 1, read_module},
    {6, MEMORY_ENTRIES, read_memory},
    {8, COLOURS, read_framebuffer},
    {11, TAG_HEADER + 4, read_efi}, /* EFI 32-bit system table */
    {12, TAG_HEADER + 8, read_efi}, /* EFI 64-bit system table */
    {14, TAG_HEADER + RSDP_1_SIZE, read_old_rsdp},
    {15, TAG_HEADER + RSDP_2_SIZE, read_new_rsdp},
    {17, EFI_ENTRIES, read_efi_memory},
    {19, TAG_HEADER + 4, read_efi}, /* EFI 32-bit image handle */
    {20, TAG_HEADER + 8, read_efi}, /* EFI 64-bit image handle */
};

static enum multiboot2_status read_tag(struct parse *parse, uint32_t type, struct tag tag)
{
    for (size_t i = 0; i < ARRAY_COUNT(tag_kinds); i++) {
        if (tag_kinds[i].type == type) {
            return tag.size < tag_kinds[i].min_size ? MULTIBOOT2_TAG
                                                    : tag_kinds[i].read(parse, tag);
        }
    }
    return MULTIBOOT2_OK;
}

/* Reads all tags up to the end tag; the information is `total` bytes long. */
static enum multiboot2_status read_tags(struct parse *parse, const unsigned char *info,
                                        size_t total)
{
    size_t offset = INFO_HEADER;

    while (offset + TAG_HEADER <= total) {
        uint32_t type = read_u32(info + offset);
        struct tag tag = {.at = info + offset, .size = read_u32(info + offset + 4)};

        /* A size of 0 would also make this loop endless. */
        if (tag.size < TAG_HEADER || tag.size > total - offset)
            return MULTIBOOT2_TAG;
        if (type == TAG_END)
            return MULTIBOOT2_OK;

        enum multiboot2_status status = read_tag(parse, type, tag);

        if (status != MULTIBOOT2_OK)
            return status;
        offset += align_up(tag.size, TAG_ALIGN);
    }
    return MULTIBOOT2_NO_END;
}

enum multiboot2_status multiboot2_parse(const void *info, size_t limit, struct boot_info *out)
{
    struct parse parse = {.out = out};

    memset(out, 0, sizeof(*out));
    if (!is_aligned((uintptr_t)info, TAG_ALIGN))
        return MULTIBOOT2_UNALIGNED;
    if (limit < INFO_HEADER + TAG_HEADER)
        return MULTIBOOT2_SIZE;
    out->size = read_u32(info);
    if (out->size < INFO_HEADER + TAG_HEADER || out->size > limit)
        return MULTIBOOT2_SIZE;

    enum multiboot2_status status = read_tags(&parse, info, out->size);

    if (status == MULTIBOOT2_OK && !parse.memory_seen && parse.efi_memory.at != NULL)
        status = take_efi_memory(out, parse.efi_memory);
    if (status != MULTIBOOT2_OK)
        return status;
    if (out->command_line == NULL)
        out->command_line = "";
    if (out->loader == NULL)
        out->loader = "unknown";
    return out->memory_count > 0 ? MULTIBOOT2_OK : MULTIBOOT2_NO_MEMORY;
}

const char *multiboot2_status_text(enum multiboot2_status status)
{
    switch (status) {
    case MULTIBOOT2_OK:
        return "the boot information is valid";
    case MULTIBOOT2_UNALIGNED:
        return "the boot information does not start on a multiple of 8 bytes";
    case MULTIBOOT2_SIZE:
        return "the boot information has an impossible size";
    case MULTIBOOT2_TAG:
        return "a tag of the boot information ends outside it or has invalid contents";
    case MULTIBOOT2_NO_END:
        return "the boot information has no end tag";
    case MULTIBOOT2_NO_MEMORY:
        return "the boot information has no memory map";
    case MULTIBOOT2_TOO_MANY:
        return "the boot information has more memory ranges or modules than Trapline can store";
    }
    return "the boot information has an unknown error";
}

bool boot_may_be_memory(const struct boot_info *info, uint64_t address, uint64_t size)
{
    const uint64_t low_end = UINT64_C(1) << 20;
    bool memory = address < low_end || info->memory_count == 0;
    for (size_t i = 0; i < info->memory_count && !memory; i++) {
        const struct boot_memory *entry = &info->memory[i];
        const bool overlaps = address < entry->base ? size > entry->base - address
                                                    : address - entry->base < entry->length;
        memory = overlaps && entry->type != BOOT_MEMORY_RESERVED;
    }
    return memory;
}
