/* Segments as the VMCS wants them: selector, base, limit and access rights, split from a
 * descriptor (SDM Vol 3A §3.4.5, Vol 3C §24.4.1 "Guest Register State"). Pure. */
#ifndef VMX_SEGMENT_H
#define VMX_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

/* Access rights as Table 24-2 "Format of Access Rights" lays them out. */
#define ACCESS_RIGHTS_UNUSABLE UINT32_C(0x10000)

struct segment {
    uint16_t selector;
    uint32_t limit; /* in bytes, the granularity applied */
    uint32_t access_rights;
    uint64_t base;
};

/* Splits the descriptor that selector names in the table (a GDT or LDT image of limit + 1 bytes).
 * A null selector gives an unusable segment. System descriptors (TSS, LDT) are taken as IA-32e
 * mode has them, 16 bytes long. Returns false where the descriptor is not all in the table. */
bool segment_split(const void *table, uint16_t limit, uint16_t selector, struct segment *segment);

#endif
