/* Making the sets of ranges. They are static, because there is one machine. */
#include "vmx/run/places.h"

#include "kernel/cpu.h"
#include "kernel/panic.h"
#include "lib/address.h"
#include "lib/bits.h"

extern const char kernel_end[], data_start[], text_start[], text_end[]; /* linker.ld */

struct audit_places places_in_use(const struct memory *memory, const struct vcpu *vcpu,
                                  uint64_t ept_root)
{
    static struct range storage[2 * MEMORY_RANGES_MAX + 8];
    struct range_set taken = {storage, 0, ARRAY_COUNT(storage)};
    const uint64_t pointed_to[] = {
#define REGION(field, name, fill) (uintptr_t) vcpu->name,
#include "vmx/regions.def"
#undef REGION
        ept_root,
        read_cr3(),
    };
    if (!memory_taken(memory, pointed_to, ARRAY_COUNT(pointed_to), &taken))
        panic("the memory in use has more than %zu ranges", ARRAY_COUNT(storage));
    return (struct audit_places){
        .text = {(uintptr_t)text_start, (uintptr_t)text_end},
        .vmcs = (uintptr_t)vcpu->vmcs_region,
        .taken = storage,
        .taken_count = (unsigned)taken.count,
    };
}

const struct range_set *places_watched(const struct memory *memory, const struct vcpu *vcpu)
{
    static struct range storage[MEMORY_RANGES_MAX + 4];
    static struct range_set watched = {storage, 0, ARRAY_COUNT(storage)};
    const struct range own[] = {
        {0, PAGE_SIZE}, /* not mapped, so that a null pointer faults */
        {(uintptr_t)data_start, (uintptr_t)kernel_end},
        range_make((uintptr_t)vcpu->memory, vcpu->memory_size),
        range_make((uintptr_t)vcpu->ring.at, vcpu->ring.at ? ring_size(&vcpu->ring) : 0),
    };
    MUST(memory_ram_except(memory, own, ARRAY_COUNT(own), &watched));
    return &watched;
}
