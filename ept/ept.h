/* Extended page tables: translate guest-physical to host-physical addresses and restrict access to
 * them (SDM Vol 3C §28.3 "The Extended Page Table Mechanism"). Pure over a page source. */
#ifndef EPT_EPT_H
#define EPT_EPT_H

#include "lib/address.h"
#include "lib/bits.h"
#include "lib/memory_type.h"
#include "lib/pagetable.h"

/* Access rights: bits 2:0 of every EPT entry. */
#define EPT_READ    BIT(0)
#define EPT_WRITE   BIT(1)
#define EPT_EXECUTE BIT(2)

struct ept {
    struct pagetable table;
    uint64_t bytes[MEMORY_TYPES]; /* bytes[type]: number of bytes mapped with that memory type */
};

/* Creates empty tables. largest is the highest leaf level that the processor supports: 1 (4 KiB), 2
 * (2 MiB) or 3 (1 GiB). Returns false if the source has no page. */
bool ept_create(struct ept *ept, struct page_source *source, unsigned largest);

/* Maps `size` bytes of guest memory. Addresses and size are multiples of 4 KiB. Returns
 * PAGETABLE_INVALID for rights that would cause an EPT misconfiguration (write without read, or no
 * right at all, §28.3.3.1) and for a reserved memory type. Accepts execute-only rights, although
 * not every processor supports them. */
enum pagetable_status ept_map(struct ept *ept, struct gpa from, struct hpa to, uint64_t size,
                              uint64_t access, enum memory_type type);

/* Like ept_map, with the memory type that `types` gives for each part of the host memory. No leaf
 * spans two types, so small leaves are used where a type ends. Returns PAGETABLE_INVALID if the
 * host memory is not completely inside `types`. */
enum pagetable_status ept_map_typed(struct ept *ept, struct gpa from, struct hpa to, uint64_t size,
                                    uint64_t access, const struct memory_types *types);

/* Returns the EPT pointer (EPTP) for the VMCS: a four-level walk without accessed and dirty flags
 * (SDM Vol 3C §24.6.11). type is the memory type with which the processor accesses the tables:
 * MEMORY_WB or MEMORY_UC. */
uint64_t ept_pointer(const struct ept *ept, enum memory_type type);

#endif
