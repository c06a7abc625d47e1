/* Decodes segment descriptors into the form of the VMCS: selector, base, limit and access rights
 * (SDM Vol 3A §3.4.5, Vol 3C §24.4.1 "Guest Register State"). Pure. */
#ifndef LIB_SEGMENT_H
#define LIB_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

/* Segment access rights (SDM Vol 3C, Table 24-2 "Format of Access Rights"). */
#define ACCESS_RIGHTS_TYPE     UINT32_C(0xf)
#define ACCESS_RIGHTS_S        UINT32_C(0x10) /* code or data */
#define ACCESS_RIGHTS_DPL      UINT32_C(0x60)
#define ACCESS_RIGHTS_P        UINT32_C(0x80)
#define ACCESS_RIGHTS_L        UINT32_C(0x2000)
#define ACCESS_RIGHTS_DB       UINT32_C(0x4000)
#define ACCESS_RIGHTS_G        UINT32_C(0x8000)
#define ACCESS_RIGHTS_UNUSABLE UINT32_C(0x10000)

/* Type bits of code and data segments (SDM Vol 3A, Table 3-1). */
#define SEGMENT_ACCESSED    UINT32_C(0x1)
#define SEGMENT_WRITE_OR_R  UINT32_C(0x2) /* data: writable; code: readable */
#define SEGMENT_EXPAND_DOWN UINT32_C(0x4) /* data: expand-down; code: conforming */
#define SEGMENT_CODE        UINT32_C(0x8)

/* Types of system segments (SDM Vol 3A, Table 3-2). */
enum {
    SEGMENT_TSS_16 = 1,
    SEGMENT_LDT = 2,
    SEGMENT_TSS_32 = 9,   /* in IA-32e mode: a 64-bit TSS */
    SEGMENT_TSS_BUSY = 2, /* bit to add for a busy TSS */
};

/* Descriptors of flat segments with DPL 0, and of a TSS whose base and limit are 0. The accessed
 * bit of the segments is set, so that the processor need not write to the descriptors. */
#define DESCRIPTOR_CODE_64       UINT64_C(0x00af9b000000ffff)
#define DESCRIPTOR_CODE_32       UINT64_C(0x00cf9b000000ffff)
#define DESCRIPTOR_DATA          UINT64_C(0x00cf93000000ffff)
#define DESCRIPTOR_TSS_AVAILABLE UINT64_C(0x0000890000000000)
#define DESCRIPTOR_TSS_BUSY      UINT64_C(0x00008b0000000000)

enum { DESCRIPTOR_TYPE_AT = 5 }; /* index of the byte with P, DPL, S and type */

/* Limit and access rights of every segment in virtual-8086 mode (SDM Vol 3C §26.3.1.2). */
#define V86_SEGMENT_LIMIT         UINT32_C(0xffff)
#define V86_SEGMENT_ACCESS_RIGHTS UINT32_C(0xf3) /* present, DPL 3, writable data, accessed */

/* Parts of a selector (SDM Vol 3A §3.4.2). */
enum {
    SELECTOR_RPL = 0x3,
    SELECTOR_TI = 0x4,
    SELECTOR_INDEX = 0xfff8,
};

struct segment {
    uint16_t selector;
    uint32_t limit; /* in bytes */
    uint32_t access_rights;
    uint64_t base;
};

static inline unsigned segment_dpl(const struct segment *segment)
{
    return segment->access_rights >> 5 & 3;
}

/* Decodes a descriptor. For a 16-byte descriptor, low and high are its two halves; for an 8-byte
 * descriptor, high is 0. */
struct segment segment_decode(uint16_t selector, uint64_t low, uint64_t high);

/* Decodes the descriptor that selector refers to in a descriptor table of limit + 1 bytes (a GDT or
 * LDT). A null selector gives an unusable segment. System descriptors (TSS, LDT) are 16 bytes long,
 * as in IA-32e mode. Returns false if the descriptor does not lie entirely inside the table. */
bool segment_split(const void *table, uint16_t limit, uint16_t selector, struct segment *segment);

#endif
