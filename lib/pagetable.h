/* Four-level translation tables, for both ordinary paging and EPT (SDM Vol 3A §4.5 "4-Level
 * Paging", Vol 3C §28.3.2 "EPT Translation Mechanism"). A table has 512 entries of 8 bytes, each
 * level translates 9 address bits, and leaves map 4 KiB, 2 MiB or 1 GiB. A struct pagetable_format
 * describes the differences between the two; a struct page_source provides the memory for tables.
 * Pure. */
#ifndef LIB_PAGETABLE_H
#define LIB_PAGETABLE_H

#include <stdbool.h>
#include <stdint.h>

enum { PAGETABLE_LEVELS = 4 };

/* Provides pages for tables: from physical memory in the kernel, from an array in a test. */
struct page_source {
    /* Sets *page to the address of a zeroed 4 KiB page. Returns false if no page is left. */
    bool (*take)(struct page_source *source, uint64_t *page);
    /* Returns a pointer through which this program can access the page at that address. */
    void *(*view)(struct page_source *source, uint64_t page);
};

struct pagetable_format {
    uint64_t present; /* an entry is present if any of these bits is set */
    uint64_t table;   /* flags of an entry that points to a table */
    uint64_t large;   /* the bit that makes an entry of level 2 or 3 a leaf */
    uint64_t address; /* the address bits of an entry: bit 12 up to some bit */
};

struct pagetable {
    const struct pagetable_format *format;
    struct page_source *source;
    uint64_t root;                     /* address of the level-4 table */
    unsigned largest;                  /* highest level at which leaves are allowed: 1, 2 or 3 */
    uint64_t leaves[PAGETABLE_LEVELS]; /* leaves[level]: number of leaves created at that level */
};

enum pagetable_status {
    PAGETABLE_OK,
    PAGETABLE_NO_MEMORY, /* the page source is empty; the leaves created so far stay */
    PAGETABLE_MAPPED,    /* a part of the range is already mapped; the leaves before it stay */
    /* An argument is invalid: an address or size is not a multiple of 4 KiB, `from` exceeds 48
     * bits, `to` exceeds the format's address bits, the flags have no present bit, or they have an
     * address bit or the large bit. A format may add rules of its own. */
    PAGETABLE_INVALID,
};

/* The result of a walk: the entry at which it ended. */
struct pagetable_walk {
    bool present;
    unsigned level; /* level of the entry, 1 to 4; 4 KiB leaves are at level 1 */
    uint64_t entry; /* the entry as stored */
    /* AND of all entries of the walk: the rights that every level grants. For a bit that forbids
     * (execute-disable), use `entry`. */
    uint64_t rights;
    uint64_t to; /* the translated address; valid if present */
};

/* Returns the number of bytes that one entry of a level (1 to 4) maps: 4 KiB, 2 MiB, 1 GiB or
 * 512 GiB. */
uint64_t pagetable_span(unsigned level);

/* Creates an empty table. Returns false if the source has no page. */
bool pagetable_create(struct pagetable *table, const struct pagetable_format *format,
                      struct page_source *source, unsigned largest);

/* Maps `size` bytes at address `from` to address `to`, with the largest leaves that alignment and
 * table->largest allow. Each leaf is `to | flags`, plus the format's large bit above level 1. */
enum pagetable_status pagetable_map(struct pagetable *table, uint64_t from, uint64_t to,
                                    uint64_t size, uint64_t flags);

/* Translates one address. An address beyond 48 bits gives a walk that is not present at level 4. */
struct pagetable_walk pagetable_lookup(const struct pagetable *table, uint64_t from);

#endif
