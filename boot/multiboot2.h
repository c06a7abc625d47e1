/* Parses the Multiboot2 information from the boot loader and checks every bound (Multiboot2
 * Specification 2.0, §3.6 "Boot information format"). Pure. */
#ifndef BOOT_MULTIBOOT2_H
#define BOOT_MULTIBOOT2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BOOT_MEMORY_MAX = 512, /* memory-map entries; UEFI machines have about 200 */
    BOOT_MODULES_MAX = 16,
};

/* Types of memory. Every other number means reserved. */
enum {
    BOOT_MEMORY_AVAILABLE = 1,
    BOOT_MEMORY_RESERVED = 2,
    BOOT_MEMORY_ACPI = 3, /* free after the ACPI tables have been read */
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
    BOOT_FRAMEBUFFER_NONE, /* no framebuffer that the kernel can use */
    BOOT_FRAMEBUFFER_RGB,  /* pixels with 1 to 16 bits per colour */
    BOOT_FRAMEBUFFER_TEXT, /* EGA text: cells with a character and an attribute */
};

/* The bits of one colour in a pixel. */
struct boot_colour {
    uint8_t position; /* number of the lowest bit */
    uint8_t size;     /* in bits */
};

struct boot_framebuffer {
    enum boot_framebuffer_kind kind;
    uint64_t address;
    uint32_t pitch;         /* bytes from one row to the next */
    uint32_t width, height; /* in pixels; for text, in characters */
    uint8_t bits_per_pixel; /* 15, 16, 24 or 32; for text, 16 */
    struct boot_colour red, green, blue;
};

/* Returns the number of bytes from the start of the framebuffer to its end. */
static inline uint64_t boot_framebuffer_size(const struct boot_framebuffer *framebuffer)
{
    return (uint64_t)framebuffer->pitch * framebuffer->height;
}

struct boot_info {
    uint32_t size;            /* size of the whole information in bytes */
    const char *command_line; /* "" if the loader gave none */
    const char *loader;       /* name of the loader; "unknown" if the loader gave none */
    bool efi;                 /* the firmware is UEFI */
    const void *rsdp;         /* copy of the ACPI root pointer, the newer of two; NULL if none */
    uint32_t rsdp_size;
    struct boot_framebuffer framebuffer;
    size_t memory_count;
    struct boot_memory memory[BOOT_MEMORY_MAX]; /* the loader's map, or else the UEFI map */
    size_t module_count;
    struct boot_module module[BOOT_MODULES_MAX];
};

/* Returns true if any of these bytes may be memory: if it lies below 1 MiB, or in a range of the
 * map with any type except reserved, or if there is no map. Reserved ranges do not count, because
 * they may belong to devices. */
bool boot_may_be_memory(const struct boot_info *info, uint64_t address, uint64_t size);

enum multiboot2_status {
    MULTIBOOT2_OK,
    MULTIBOOT2_UNALIGNED, /* the information does not start at a multiple of 8 bytes */
    MULTIBOOT2_SIZE,      /* the total size is below 16 bytes or above the limit */
    /* A tag ends outside the information or is too short for its type, a text has no end, a module
     * ends before its start, or memory entries have an invalid size. */
    MULTIBOOT2_TAG,
    MULTIBOOT2_NO_END,    /* there is no end tag */
    MULTIBOOT2_NO_MEMORY, /* there is no memory map, or it is empty */
    MULTIBOOT2_TOO_MANY,  /* more than BOOT_MEMORY_MAX ranges or BOOT_MODULES_MAX modules */
};

/* Parses the information at `info` into *out. Never reads beyond the total size of the information
 * or beyond `limit` bytes. If a tag comes twice, the first one counts, except for modules. The
 * pointers in *out point into the information. After an error, *out is invalid. */
enum multiboot2_status multiboot2_parse(const void *info, size_t limit, struct boot_info *out);

/* Returns a description of the status for a message, for example "the boot information has no end
 * tag". */
const char *multiboot2_status_text(enum multiboot2_status status);

#endif
