/* What the boot loader says: the Multiboot2 information, read with every bound checked
 * (Multiboot2 Specification 2.0, §3.6 "Boot information format"). Pure. */
#ifndef BOOT_MULTIBOOT2_H
#define BOOT_MULTIBOOT2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BOOT_MEMORY_MAX = 512, /* memory-map entries; UEFI machines show about 200 */
    BOOT_MODULES_MAX = 16,
};

/* Types of memory; every other number means reserved. */
enum {
    BOOT_MEMORY_AVAILABLE = 1,
    BOOT_MEMORY_RESERVED = 2,
    BOOT_MEMORY_ACPI = 3, /* may be used once the ACPI tables were read */
    BOOT_MEMORY_NVS = 4,
    BOOT_MEMORY_BAD = 5,
};

struct boot_memory {
    uint64_t base;
    uint64_t length;
    uint32_t type;
};

struct boot_module {
    uint64_t start; /* host-physical, bytes start <= a < end */
    uint64_t end;
    const char *command_line; /* inside the information, NUL-terminated */
};

enum boot_framebuffer_kind {
    BOOT_FRAMEBUFFER_NONE, /* none that the kernel could use */
    BOOT_FRAMEBUFFER_RGB,  /* pixels, 1 to 16 bits of each colour */
    BOOT_FRAMEBUFFER_TEXT, /* EGA text: cells of a character and an attribute */
};

/* Where a colour is in a pixel. */
struct boot_colour {
    uint8_t position;
    uint8_t size; /* bits */
};

struct boot_framebuffer {
    enum boot_framebuffer_kind kind;
    uint64_t address;
    uint32_t pitch;         /* bytes from a row to the next */
    uint32_t width, height; /* in pixels; of text in characters */
    uint8_t bits_per_pixel; /* 15, 16, 24 or 32; of text 16 */
    struct boot_colour red, green, blue;
};

/* Bytes from its address to its end. */
static inline uint64_t boot_framebuffer_size(const struct boot_framebuffer *framebuffer)
{
    return (uint64_t)framebuffer->pitch * framebuffer->height;
}

struct boot_info {
    uint32_t size;            /* bytes of the whole information */
    const char *command_line; /* "" where the loader gave none */
    const char *loader;       /* "unknown" where the loader did not say */
    bool efi;                 /* the firmware is UEFI */
    const void *rsdp;         /* copy of the ACPI root pointer, or NULL; the newer if both */
    uint32_t rsdp_size;
    struct boot_framebuffer framebuffer;
    size_t memory_count; /* of the loader's map, or of UEFI's where there is no other */
    struct boot_memory memory[BOOT_MEMORY_MAX];
    size_t module_count;
    struct boot_module module[BOOT_MODULES_MAX];
};

/* Whether any of these bytes may be memory: all below 1 MiB, what the map has under any type but
 * reserved, which devices may be behind as well, and, where there is no map, everything. */
bool boot_may_be_memory(const struct boot_info *info, uint64_t address, uint64_t size);

enum multiboot2_status {
    MULTIBOOT2_OK,
    MULTIBOOT2_UNALIGNED, /* the information does not start on 8 bytes */
    MULTIBOOT2_SIZE,      /* its total size is below 16 bytes or above the limit */
    MULTIBOOT2_TAG,       /* a tag ends outside, is shorter than its type, its text has no end, a
                           * module ends before its start, or memory entries have a wrong size */
    MULTIBOOT2_NO_END,    /* no end tag */
    MULTIBOOT2_NO_MEMORY, /* no memory map, or an empty one */
    MULTIBOOT2_TOO_MANY,  /* more memory ranges or modules than there is room for */
};

/* Reads the information at info. Nothing outside its own total size, nor beyond limit bytes, is
 * ever read. Of tags that come twice the first counts, but for modules. The pointers in *out point
 * into the information. On an error *out is not to be used.
 */
enum multiboot2_status multiboot2_parse(const void *info, size_t limit, struct boot_info *out);

/* What was wrong, for a message: "the boot information has no end tag". */
const char *multiboot2_status_text(enum multiboot2_status status);

#endif
