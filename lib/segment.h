/* Segments as the VMCS wants them: selector, base, limit and access rights, split from a
 * descriptor (SDM Vol 3A §3.4.5, Vol 3C §24.4.1 "Guest Register State"). Pure. */
#ifndef LIB_SEGMENT_H
#define LIB_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

/* Access rights as Table 24-2 "Format of Access Rights" lays them out. */
#define ACCESS_RIGHTS_TYPE     UINT32_C(0xf)
#define ACCESS_RIGHTS_S        UINT32_C(0x10) /* code or data */
#define ACCESS_RIGHTS_DPL      UINT32_C(0x60)
#define ACCESS_RIGHTS_P        UINT32_C(0x80)
#define ACCESS_RIGHTS_L        UINT32_C(0x2000)
#define ACCESS_RIGHTS_DB       UINT32_C(0x4000)
#define ACCESS_RIGHTS_G        UINT32_C(0x8000)
#define ACCESS_RIGHTS_UNUSABLE UINT32_C(0x10000)

/* Bits of the type of a segment of code or data (SDM Vol 3A, Table 3-1); R is that of code. */
#define SEGMENT_ACCESSED    UINT32_C(0x1)
#define SEGMENT_WRITE_OR_R  UINT32_C(0x2)
#define SEGMENT_EXPAND_DOWN UINT32_C(0x4) /* of code: conforming */
#define SEGMENT_CODE        UINT32_C(0x8)

/* Types of system segments (SDM Vol 3A, Table 3-2). */
enum {
    SEGMENT_TSS_16 = 1,
    SEGMENT_LDT = 2,
    SEGMENT_TSS_32 = 9,   /* in IA-32e mode, of 64 bits */
    SEGMENT_TSS_BUSY = 2, /* the bit that a busy one has beside */
};

/* Parts of a selector (SDM Vol 3A §3.4.2). */
enum {
    SELECTOR_RPL = 0x3,
    SELECTOR_TI = 0x4,
    SELECTOR_INDEX = 0xfff8,
};

struct segment {
    uint16_t selector;
    uint32_t limit; /* in bytes, the granularity applied */
    uint32_t access_rights;
    uint64_t base;
};

static inline unsigned segment_dpl(const struct segment *segment)
{
    return segment->access_rights >> 5 & 3;
}

/* A descriptor of 8 bytes, or of 16 in two halves; `high` is 0 where there is none. */
struct segment segment_decode(uint16_t selector, uint64_t low, uint64_t high);

/* Splits the descriptor that selector names in the table (a GDT or LDT image of limit + 1 bytes).
 * A null selector gives an unusable segment. System descriptors (TSS, LDT) are taken as IA-32e
 * mode has them, 16 bytes long. Returns false where the descriptor is not all in the table. */
bool segment_split(const void *table, uint16_t limit, uint16_t selector, struct segment *segment);

#endif
