/* Extended page tables: what the guest takes for physical memory, and how it may be used
 * (SDM Vol 3C §28.3 "The Extended Page Table Mechanism"). Pure over a page source. */
#ifndef EPT_EPT_H
#define EPT_EPT_H

#include "lib/address.h"
#include "lib/bits.h"
#include "lib/memory_type.h"
#include "lib/pagetable.h"

/* Access rights of an entry: bits 2:0 of every EPT entry. */
#define EPT_READ    BIT(0)
#define EPT_WRITE   BIT(1)
#define EPT_EXECUTE BIT(2)

struct ept {
    struct pagetable table;
    uint64_t bytes[MEMORY_TYPES]; /* mapped as each type */
};

/* Where the guest-physical address leads, and what the whole way there allows. */
struct ept_translation {
    bool present;
    unsigned level;        /* of the entry that the walk ended at, 4 down to 1 */
    uint64_t entry;        /* that entry */
    uint64_t access;       /* EPT_READ | EPT_WRITE | EPT_EXECUTE that all levels grant */
    enum memory_type type; /* where present */
    struct hpa to;         /* where present */
};

/* Makes empty tables. largest: the highest leaf level the processor has, 1 to 3 (4 KiB to 1 GiB).
 * Returns false where the source has no page. */
bool ept_create(struct ept *ept, struct page_source *source, unsigned largest);

/* Maps size bytes of guest memory; addresses and size are multiples of 4 KiB. Rights that would be
 * a misconfiguration (write without read, none at all, §28.3.3.1) are PAGETABLE_INVALID, and so is
 * any other memory type. Execute-only is taken: not every processor has it. */
enum pagetable_status ept_map(struct ept *ept, struct gpa from, struct hpa to, uint64_t size,
                              uint64_t access, enum memory_type type);

/* The same with the type that each part of the host's memory has in types, and so in leaves that
 * hold no two types: 4-KiB pages stand only where a type ends or alignment wants them. What lies
 * beyond types is PAGETABLE_INVALID. */
enum pagetable_status ept_map_typed(struct ept *ept, struct gpa from, struct hpa to, uint64_t size,
                                    uint64_t access, const struct memory_types *types);

struct ept_translation ept_lookup(const struct ept *ept, struct gpa from);

/* The EPT pointer (EPTP) for the VMCS: a walk of four levels, without accessed and dirty flags (SDM
 * Vol 3C §24.6.11). type: MEMORY_WB or MEMORY_UC, for the processor's accesses to the tables. */
uint64_t ept_pointer(const struct ept *ept, enum memory_type type);

#endif
