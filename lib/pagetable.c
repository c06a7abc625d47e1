/* Builds and walks four-level translation tables. Each walk is a loop from the root down, one level
 * per step. Mapping a range walks from the root again for each leaf, so no state is kept between
 * leaves. */
#include "lib/pagetable.h"

#include <stddef.h>

#include "lib/address.h"
#include "lib/bits.h"

enum {
    PAGE_BITS = 12,
    INDEX_BITS = 9,
};

/* The end of the addresses that four levels translate. */
#define ADDRESS_LIMIT BIT(PAGE_BITS + INDEX_BITS * PAGETABLE_LEVELS)

uint64_t pagetable_span(unsigned level)
{
    return BIT(PAGE_BITS + INDEX_BITS * (level - 1));
}

/* Returns the entry that translates address `from` in the table at `page`, a table of `level`. */
static uint64_t *entry_at(const struct pagetable *table, uint64_t page, uint64_t from,
                          unsigned level)
{
    uint64_t *entries = table->source->view(table->source, page);

    return &entries[from / pagetable_span(level) % BIT(INDEX_BITS)];
}

static bool is_present(const struct pagetable *table, uint64_t entry)
{
    return (entry & table->format->present) != 0;
}

/* Returns true if a present entry of `level` maps a page and does not point to a table. */
static bool is_leaf(const struct pagetable *table, uint64_t entry, unsigned level)
{
    return level == 1 || (level < PAGETABLE_LEVELS && (entry & table->format->large) != 0);
}

/* Returns true if a mapping of `size` bytes can start with a leaf of `level`. */
static bool leaf_fits(const struct pagetable *table, unsigned level, uint64_t from, uint64_t to,
                      uint64_t size)
{
    return level <= table->largest && is_aligned(from | to, pagetable_span(level)) &&
           size >= pagetable_span(level);
}

bool pagetable_create(struct pagetable *table, const struct pagetable_format *format,
                      struct page_source *source, unsigned largest)
{
    *table = (struct pagetable){.format = format, .source = source, .largest = largest};
    return source->take(source, &table->root);
}

static void set_leaf(struct pagetable *table, uint64_t *entry, unsigned level, uint64_t value)
{
    *entry = value | (level > 1 ? table->format->large : 0);
    table->leaves[level]++;
}

/* Creates the first leaf of a mapping and sets *mapped to the size of the leaf. The caller has
 * checked the bounds. If a lower-level table already exists there, even an empty one, the leaf goes
 * into that table and is smaller. */
static enum pagetable_status map_leaf(struct pagetable *table, uint64_t from, uint64_t to,
                                      uint64_t size, uint64_t flags, uint64_t *mapped)
{
    unsigned level = PAGETABLE_LEVELS;
    uint64_t *entry = entry_at(table, table->root, from, level);

    while (is_present(table, *entry) || !leaf_fits(table, level, from, to, size)) {
        uint64_t page;

        if (!is_present(table, *entry)) {
            if (!table->source->take(table->source, &page))
                return PAGETABLE_NO_MEMORY;
            *entry = page | table->format->table;
        } else if (is_leaf(table, *entry, level)) {
            return PAGETABLE_MAPPED;
        }
        level--;
        entry = entry_at(table, *entry & table->format->address, from, level);
    }
    set_leaf(table, entry, level, to | flags);
    *mapped = pagetable_span(level);
    return PAGETABLE_OK;
}

/* Returns the end of the addresses that an entry can hold. It may be above ADDRESS_LIMIT. */
static uint64_t target_limit(const struct pagetable_format *format)
{
    return (format->address | (PAGE_SIZE - 1)) + 1;
}

/* Returns true if the `size` bytes from `address` are whole pages below limit. */
static bool is_in_bounds(uint64_t address, uint64_t size, uint64_t limit)
{
    return is_aligned(address | size, PAGE_SIZE) && address <= limit && size <= limit - address;
}

enum pagetable_status pagetable_map(struct pagetable *table, uint64_t from, uint64_t to,
                                    uint64_t size, uint64_t flags)
{
    const struct pagetable_format *format = table->format;

    if (!is_in_bounds(from, size, ADDRESS_LIMIT) || !is_in_bounds(to, size, target_limit(format)) ||
        (flags & format->present) == 0 || (flags & (format->address | format->large)) != 0)
        return PAGETABLE_INVALID;
    while (size > 0) {
        uint64_t mapped = 0;
        enum pagetable_status status = map_leaf(table, from, to, size, flags, &mapped);

        if (status != PAGETABLE_OK)
            return status;
        from += mapped;
        to += mapped;
        size -= mapped;
    }
    return PAGETABLE_OK;
}

struct pagetable_walk pagetable_lookup(const struct pagetable *table, uint64_t from)
{
    struct pagetable_walk walk = {.level = PAGETABLE_LEVELS};

    if (from >= ADDRESS_LIMIT)
        return walk;
    walk.entry = *entry_at(table, table->root, from, walk.level);
    walk.rights = walk.entry;
    while (is_present(table, walk.entry) && !is_leaf(table, walk.entry, walk.level)) {
        uint64_t page = walk.entry & table->format->address;

        walk.level--;
        walk.entry = *entry_at(table, page, from, walk.level);
        walk.rights &= walk.entry;
    }
    walk.present = is_present(table, walk.entry);
    if (walk.present) {
        uint64_t offset = pagetable_span(walk.level) - 1;

        walk.to = (walk.entry & table->format->address & ~offset) | (from & offset);
    }
    return walk;
}
