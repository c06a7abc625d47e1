/* Four-level translation tables as the processor's own paging and EPT share them (SDM Vol 3A §4.5
 * "4-Level Paging", Vol 3C §28.3.2 "EPT Translation Mechanism"): 512 entries of 8 bytes a table,
 * 9 address bits a level, leaves of 4 KiB, 2 MiB and 1 GiB. What differs between the two is a
 * struct pagetable_format; where the tables live is a struct page_source. Pure. */
#ifndef LIB_PAGETABLE_H
#define LIB_PAGETABLE_H

#include <stdbool.h>
#include <stdint.h>

enum { PAGETABLE_LEVELS = 4 };

/* Where tables come from: physical memory in the kernel, an array in a test. */
struct page_source {
    /* Gives the address of a zeroed 4 KiB page; false where none is left. */
    bool (*take)(struct page_source *source, uint64_t *page);
    /* Where this program reads and writes the page at that address. */
    void *(*view)(struct page_source *source, uint64_t page);
};

struct pagetable_format {
    uint64_t present; /* an entry is present where any of these bits is set */
    uint64_t table;   /* the bits of an entry that points to a table, but the address */
    uint64_t large;   /* the bit that makes an entry of level 2 or 3 a leaf */
    uint64_t address; /* the bits of an entry that are an address: bit 12 up to some bit */
};

struct pagetable {
    const struct pagetable_format *format;
    struct page_source *source;
    uint64_t root;                     /* address of the level-4 table */
    unsigned largest;                  /* highest level at which leaves may be: 1, 2 or 3 */
    uint64_t leaves[PAGETABLE_LEVELS]; /* how many leaves of level 1, 2, 3 were made, at [level] */
};

enum pagetable_status {
    PAGETABLE_OK,
    PAGETABLE_NO_MEMORY, /* the page source is empty; what was mapped before it ran out stays */
    PAGETABLE_MAPPED,    /* a part of the range is mapped already; what came before it stays */
    PAGETABLE_INVALID,   /* an address or size is no multiple of 4 KiB, what is mapped lies beyond
                          * 48 bits or what it is mapped to beyond the format's address bits, the
                          * flags are not present or hold an address or large bit, or a format's
                          * own rule is broken */
};

/* The entry that a walk ended at. */
struct pagetable_walk {
    bool present;
    unsigned level;  /* of the entry: 1 to 4 (4 KiB leaves are at level 1) */
    uint64_t entry;  /* as stored; its flags are this level's */
    uint64_t rights; /* AND of all the entries on the way: what the whole way grants. A bit that
                      * forbids (execute-disable) is in entry alone. */
    uint64_t to;     /* the address translated to, where present */
};

/* Bytes that one entry of a level (1 to 4) maps: 4 KiB, 2 MiB, 1 GiB, 512 GiB. */
uint64_t pagetable_span(unsigned level);

/* Makes an empty table. Returns false where the source has no page. */
bool pagetable_create(struct pagetable *table, const struct pagetable_format *format,
                      struct page_source *source, unsigned largest);

/* Maps size bytes from `from` to the same number from `to`, in the largest leaves that alignment
 * and table->largest allow; each leaf is `to | flags`, with the format's large bit above level 1.
 */
enum pagetable_status pagetable_map(struct pagetable *table, uint64_t from, uint64_t to,
                                    uint64_t size, uint64_t flags);

/* Addresses beyond 48 bits are not present, at level 4. */
struct pagetable_walk pagetable_lookup(const struct pagetable *table, uint64_t from);

#endif
