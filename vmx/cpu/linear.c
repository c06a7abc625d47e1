/* Walks the guest's paging structures. */
#include "vmx/cpu/linear.h"

#include "lib/address.h"
#include "lib/bits.h"
#include "lib/string.h"
#include "lib/x86.h"

/* Error code of #PF (SDM Vol 3A, Figure 4-12). */
enum { ERROR_P = 1, ERROR_W = 2, ERROR_U = 4, ERROR_RSVD = 8, ERROR_PK = 32 };

enum { LEVELS_MAX = 5, PIECES = 2 };

/* The shape of a paging mode. Level 0 is the level of page-table entries. */
struct paging {
    unsigned levels, index_bits, entry_size;
    uint64_t root; /* address of the first table */
};

/* The part of an access in one page, translated. */
struct piece {
    uint8_t *entries[LEVELS_MAX]; /* the paging-structure entries used, the leaf last */
    unsigned depth, entry_size;   /* number of these entries, and size of each in bytes */
    uint64_t leaf;                /* value of the last entry */
    bool writable, user;          /* all entries allow writes, or user access */
    uint64_t physical;            /* guest-physical address */
    uint8_t *memory;              /* the host's pointer to it */
    size_t size;
};

static bool is_user(const struct guest_cpu *cpu, unsigned access)
{
    return !(access & GUEST_IMPLICIT) && guest_cpu_cpl(cpu) == 3;
}

static bool page_fault(struct guest_cpu *cpu, uint64_t linear, unsigned access, uint32_t error)
{
    if (access & GUEST_WRITE)
        error |= ERROR_W;
    if (is_user(cpu, access))
        error |= ERROR_U;
    cpu->fault = (struct guest_fault){.vector = VECTOR_PF, .error = error, .address = linear};
    return false;
}

static bool no_memory(struct guest_cpu *cpu)
{
    return guest_cannot_continue(cpu, "an emulated access to memory that is not the guest's");
}

static bool is_pae(const struct guest_cpu *cpu)
{
    return (cpu->crs.cr4 & CR4_PAE) != 0;
}

/* With PAE paging the root is the PDPTE, which is in a register (§4.4). */
static struct paging paging_of(const struct guest_cpu *cpu, uint64_t linear)
{
    if (!is_pae(cpu))
        return (struct paging){2, 10, 4, cpu->crs.cr3 & BITS(31, 12)};
    if (!guest_cpu_is_ia_32e(cpu))
        return (struct paging){2, 9, 8, cpu->crs.pdpte[bits_get(linear, 31, 30)] & BITS(51, 12)};
    return (struct paging){cpu->crs.cr4 & CR4_LA57 ? 5 : 4, 9, 8, cpu->crs.cr3 & BITS(51, 12)};
}

/* Returns true if PS in an entry of this level makes it map a large page. Otherwise the bit is
 * ignored or reserved. */
static bool may_be_large(const struct guest_cpu *cpu, unsigned level)
{
    if (level == 1)
        return is_pae(cpu) || (cpu->crs.cr4 & CR4_PSE);
    return level == 2 && cpu->gigabyte_pages;
}

/* Returns the reserved bits of a present entry (SDM Vol 3A, Tables 4-4 to 4-6, 4-8 to 4-11, 4-14 to
 * 4-20). */
static uint64_t reserved_bits(const struct guest_cpu *cpu, unsigned level, bool large)
{
    const unsigned width = cpu->cr_facts.physical_bits;
    if (!is_pae(cpu)) /* PSE-36: bits 20:13 are bits 39:32 of the address */
        return large ? BITS(21, (width < 40 ? width : 40) - 19) : 0;
    uint64_t reserved = BITS(guest_cpu_is_ia_32e(cpu) ? 51 : 62, width);
    if (!(cpu->crs.efer & EFER_NXE))
        reserved |= PTE_XD;
    if (large)
        reserved |= level == 1 ? BITS(20, 13) : BITS(29, 13);
    else if (level >= 2)
        reserved |= PTE_PS;
    return reserved;
}

/* Returns the guest-physical address of the page that a leaf maps. */
static uint64_t page_of(const struct guest_cpu *cpu, uint64_t leaf, unsigned shift)
{
    if (is_pae(cpu))
        return leaf & BITS(51, shift);
    uint64_t high = shift == 22 ? bits_get(leaf, 20, 13) << 32 : 0;
    return (leaf & BITS(31, shift)) | high;
}

/* Translates a linear address. Returns false and sets cpu->fault if it is not mapped. */
static bool walk(struct guest_cpu *cpu, uint64_t linear, unsigned access, struct piece *piece)
{
    const struct paging paging = paging_of(cpu, linear);
    uint64_t table = paging.root;
    piece->entry_size = paging.entry_size;
    piece->writable = piece->user = true;
    if (is_pae(cpu) && !guest_cpu_is_ia_32e(cpu) &&
        !(cpu->crs.pdpte[bits_get(linear, 31, 30)] & PTE_P))
        return page_fault(cpu, linear, access, 0);
    for (unsigned level = paging.levels; level-- > 0;) {
        const unsigned shift = 12 + level * paging.index_bits;
        const uint64_t index = bits_get(linear, shift + paging.index_bits - 1, shift);
        uint64_t entry = 0;
        uint8_t *at =
            cpu->memory_at(cpu->memory, table + index * paging.entry_size, paging.entry_size);
        if (!at)
            return no_memory(cpu);
        memcpy(&entry, at, paging.entry_size);
        const bool large = (entry & PTE_PS) && may_be_large(cpu, level);
        if (!(entry & PTE_P))
            return page_fault(cpu, linear, access, 0);
        if (entry & reserved_bits(cpu, level, large))
            return page_fault(cpu, linear, access, ERROR_P | ERROR_RSVD);
        piece->entries[piece->depth++] = at;
        piece->writable &= (entry & PTE_RW) != 0;
        piece->user &= (entry & PTE_US) != 0;
        piece->leaf = entry;
        if (large || level == 0) {
            piece->physical = page_of(cpu, entry, shift) | (linear & BITS(shift - 1, 0));
            break;
        }
        table = entry & PTE_ADDRESS;
    }
    return true;
}

/* Returns true if a protection key forbids the access. Each user page has a key, and PKRU has two
 * bits for each key (§4.6.2). */
static bool key_forbids(const struct guest_cpu *cpu, const struct piece *piece, unsigned access)
{
    const uint32_t rights = cpu->pkru >> 2 * bits_get(piece->leaf, 62, 59) & 3;
    const bool guarded = is_user(cpu, access) || (cpu->crs.cr0 & CR0_WP);
    if (!(cpu->crs.cr4 & CR4_PKE) || !guest_cpu_is_ia_32e(cpu) || !piece->user)
        return false;
    return (rights & 1) || ((rights & 2) && (access & GUEST_WRITE) && guarded);
}

/* Returns true if SMAP forbids a supervisor access to a user page. RFLAGS.AC allows explicit
 * accesses. */
static bool smap_forbids(const struct guest_cpu *cpu, unsigned access)
{
    return (cpu->crs.cr4 & CR4_SMAP) && ((access & GUEST_IMPLICIT) || !(cpu->rflags & RFLAGS_AC));
}

static bool rights_forbid(const struct guest_cpu *cpu, const struct piece *piece, unsigned access)
{
    const bool writes_read_only = (access & GUEST_WRITE) && !piece->writable;
    if (is_user(cpu, access))
        return !piece->user || writes_read_only;
    return (piece->user && smap_forbids(cpu, access)) ||
           (writes_read_only && (cpu->crs.cr0 & CR0_WP));
}

static bool translate(struct guest_cpu *cpu, uint64_t linear, size_t size, unsigned access,
                      struct piece *piece)
{
    *piece = (struct piece){.physical = linear, .size = size};
    if (cpu->crs.cr0 & CR0_PG) {
        if (!walk(cpu, linear, access, piece))
            return false;
        const bool key = key_forbids(cpu, piece, access);
        if (!(access & GUEST_FETCHED) && (key || rights_forbid(cpu, piece, access)))
            return page_fault(cpu, linear, access, ERROR_P | (key ? ERROR_PK : 0));
    }
    piece->memory = cpu->memory_at(cpu->memory, piece->physical, size);
    return piece->memory || no_memory(cpu);
}

/* Sets the accessed flag in all entries and, for a write, the dirty flag in the leaf. */
static void set_flags(const struct piece *piece, unsigned access)
{
    for (unsigned i = 0; i < piece->depth; i++) {
        uint64_t entry = 0;
        memcpy(&entry, piece->entries[i], piece->entry_size);
        entry |= PTE_A;
        if ((access & GUEST_WRITE) && i == piece->depth - 1)
            entry |= PTE_D;
        memcpy(piece->entries[i], &entry, piece->entry_size);
    }
}

/* Splits an access at a page boundary and translates each piece. Returns the number of pieces, or 0
 * with cpu->fault set. */
static unsigned translate_pieces(struct guest_cpu *cpu, uint64_t linear, size_t size,
                                 unsigned access, struct piece pieces[PIECES])
{
    const uint64_t room = PAGE_SIZE - linear % PAGE_SIZE;
    const size_t first = size < room ? size : (size_t)room;
    const uint64_t next = guest_linear_wrap(cpu, linear + first);
    if (!translate(cpu, linear, first, access, &pieces[0]))
        return 0;
    if (first == size)
        return 1;
    return translate(cpu, next, size - first, access, &pieces[1]) ? 2 : 0;
}

bool guest_linear_probe(struct guest_cpu *cpu, uint64_t linear, size_t size, unsigned access)
{
    struct piece pieces[PIECES];
    return translate_pieces(cpu, linear, size, access, pieces) != 0;
}

bool guest_linear_read(struct guest_cpu *cpu, uint64_t linear, void *to, size_t size,
                       unsigned access)
{
    struct piece pieces[PIECES];
    uint8_t *bytes = to;
    const unsigned count = translate_pieces(cpu, linear, size, access, pieces);
    for (unsigned i = 0; i < count; i++) {
        set_flags(&pieces[i], access);
        memcpy(bytes, pieces[i].memory, pieces[i].size);
        bytes += pieces[i].size;
    }
    return count != 0;
}

bool guest_linear_write(struct guest_cpu *cpu, uint64_t linear, const void *from, size_t size,
                        unsigned access)
{
    struct piece pieces[PIECES];
    const uint8_t *bytes = from;
    const unsigned count = translate_pieces(cpu, linear, size, access | GUEST_WRITE, pieces);
    for (unsigned i = 0; i < count; i++) {
        set_flags(&pieces[i], access | GUEST_WRITE);
        memcpy(pieces[i].memory, bytes, pieces[i].size);
        bytes += pieces[i].size;
    }
    return count != 0;
}
