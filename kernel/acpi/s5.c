/* Searches AML for \_S5. */
#include "kernel/acpi/s5.h"

#include "lib/bits.h"
#include "lib/string.h"

enum {
    ZERO_OP = 0x00,
    ONE_OP = 0x01,
    NAME_OP = 0x08,
    BYTE_PREFIX = 0x0a,
    WORD_PREFIX = 0x0b,
    DWORD_PREFIX = 0x0c,
    PACKAGE_OP = 0x12,
    ROOT_CHARACTER = '\\',
    SLEEP_TYPE_MAX = 7, /* SLP_TYP has three bits */
    WINDOW_SIZE = 256,
};

/* A table that is read through a copied window. */
struct aml {
    const struct acpi_reader *reader;
    const struct acpi_table *table;
    uint32_t begin; /* offset in the table of the first byte in the window */
    uint32_t size;  /* bytes in the window; 0 before the first copy */
    uint8_t window[WINDOW_SIZE];
};

/* Returns the byte at an offset in the table, or -1 if there is none. */
static int byte_at(struct aml *aml, uint32_t offset)
{
    if (offset - aml->begin >= aml->size) {
        if (offset >= aml->table->length)
            return -1;
        const uint32_t rest = aml->table->length - offset;
        aml->begin = offset;
        aml->size = rest < WINDOW_SIZE ? rest : WINDOW_SIZE;
        if (!aml->reader->read(aml->reader->context, aml->table->address + offset, aml->window,
                               aml->size))
            aml->size = 0;
        if (aml->size == 0)
            return -1;
    }
    return aml->window[offset - aml->begin];
}

/* Returns the offset after NameOp and the name \_S5 if these are at offset `at`, or else 0. */
static uint32_t skip_name(struct aml *aml, uint32_t at)
{
    static const char name[] = "_S5_";
    if (byte_at(aml, at++) != NAME_OP)
        return 0;
    if (byte_at(aml, at) == ROOT_CHARACTER)
        at++;
    for (unsigned i = 0; i < sizeof name - 1; i++) {
        if (byte_at(aml, at++) != name[i])
            return 0;
    }
    return at;
}

/* Reads a PkgLength at *at and moves *at after it (§20.2.4 "Package Length Encoding"). Returns the
 * end of the package, or 0 if the length is invalid or the package ends outside the table. The
 * length includes the bytes of the PkgLength itself. */
static uint32_t package_end(struct aml *aml, uint32_t *at)
{
    const uint32_t begin = *at;
    const int lead = byte_at(aml, (*at)++);
    if (lead < 0)
        return 0;
    const unsigned more = (unsigned)lead >> 6; /* number of bytes that follow */
    uint32_t length = (unsigned)lead & (more == 0 ? 0x3f : 0x0f);
    for (unsigned i = 0; i < more; i++) /* -1 for a missing byte makes the length too large */
        length |= (uint32_t)byte_at(aml, (*at)++) << (4 + 8 * i);
    return length <= aml->table->length - begin ? begin + length : 0;
}

/* Reads an integer that ends at or before `end` and moves *at after it. */
static bool read_integer(struct aml *aml, uint32_t *at, uint32_t end, uint32_t *value)
{
    unsigned size = 0;
    const int op = *at < end ? byte_at(aml, (*at)++) : -1;
    switch (op) {
    case ZERO_OP:
    case ONE_OP:
        *value = (uint32_t)op;
        return true;
    case BYTE_PREFIX:
        size = 1;
        break;
    case WORD_PREFIX:
        size = 2;
        break;
    case DWORD_PREFIX:
        size = 4;
        break;
    default:
        return false;
    }
    if (size > end - *at)
        return false;
    *value = 0;
    for (unsigned i = 0; i < size; i++) {
        const int byte = byte_at(aml, (*at)++);
        if (byte < 0)
            return false;
        *value |= (uint32_t)byte << (8 * i);
    }
    return true;
}

/* Reads the package at `at`, directly after the name. */
static struct acpi_s5 read_package(struct aml *aml, uint32_t at)
{
    const struct acpi_s5 none = {.found = false};
    uint32_t a, b;
    if (byte_at(aml, at++) != PACKAGE_OP)
        return none;
    const uint32_t end = package_end(aml, &at);
    const int count = byte_at(aml, at++);
    if (count < 1 || !read_integer(aml, &at, end, &a))
        return none;
    if (count == 1) { /* one integer holds both values in its low bytes */
        b = (uint32_t)bits_get(a, 15, 8);
        a = (uint32_t)bits_get(a, 7, 0);
    } else if (!read_integer(aml, &at, end, &b)) {
        return none;
    }
    if (a > SLEEP_TYPE_MAX || b > SLEEP_TYPE_MAX)
        return none;
    return (struct acpi_s5){.found = true, .type_a = (uint8_t)a, .type_b = (uint8_t)b};
}

struct acpi_s5 acpi_s5_find(const struct acpi_reader *reader, const struct acpi_table *table)
{
    struct aml aml = {.reader = reader, .table = table, .begin = 0, .size = 0};
    struct acpi_s5 s5 = {.found = false};
    for (uint32_t at = ACPI_HEADER; !s5.found && at < table->length; at++) {
        const uint32_t package = skip_name(&aml, at);
        if (package != 0)
            s5 = read_package(&aml, package);
    }
    return s5;
}
