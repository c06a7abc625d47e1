/* Loads the segments of a new task. */
#include "vmx/cpu/task_segment.h"

#include "lib/bits.h"
#include "vmx/cpu/descriptor.h"
#include "vmx/cpu/linear.h"

/* Access rights of CS, and of the other segments, until the task's own segments are loaded. A VM
 * entry requires a usable CS that fits the DPL of SS, which is the CPL. Conforming code fits any
 * CPL. */
#define NO_CODE UINT32_C(0x9f)
#define NO_DATA (ACCESS_RIGHTS_UNUSABLE | UINT32_C(0x60))

void task_segments_begin(struct guest_cpu *cpu)
{
    const bool v86 = (cpu->rflags & RFLAGS_VM) != 0;
    for (unsigned i = 0; i < GUEST_SEGMENTS; i++) {
        struct segment *segment = &cpu->segments[i];
        *segment = (struct segment){.selector = segment->selector,
                                    .access_rights = i == GUEST_CS ? NO_CODE : NO_DATA};
        if (v86) {
            segment->base = (uint64_t)segment->selector << 4;
            segment->limit = V86_SEGMENT_LIMIT;
            segment->access_rights = V86_SEGMENT_ACCESS_RIGHTS;
        }
    }
    cpu->ldtr =
        (struct segment){.selector = cpu->ldtr.selector, .access_rights = ACCESS_RIGHTS_UNUSABLE};
}

/* Returns true if the segment is code that may run at the RPL of its selector: nonconforming code
 * at its DPL, conforming code at its DPL or a less privileged level. */
static bool is_code(const struct segment *segment)
{
    const unsigned rpl = segment->selector & SELECTOR_RPL;
    if (!(segment->access_rights & SEGMENT_CODE))
        return false;
    return segment->access_rights & SEGMENT_EXPAND_DOWN ? segment_dpl(segment) <= rpl
                                                        : segment_dpl(segment) == rpl;
}

static bool is_stack(const struct segment *segment, unsigned cpl)
{
    return (segment->access_rights & (SEGMENT_CODE | SEGMENT_WRITE_OR_R)) == SEGMENT_WRITE_OR_R &&
           segment_dpl(segment) == cpl && (segment->selector & SELECTOR_RPL) == cpl;
}

/* Returns true if the segment is data or readable code that may be accessed at this CPL and RPL. A
 * conforming segment may be accessed at any level. */
static bool is_data(const struct segment *segment, unsigned cpl)
{
    const uint32_t conforming = SEGMENT_CODE | SEGMENT_EXPAND_DOWN;
    if ((segment->access_rights & (SEGMENT_CODE | SEGMENT_WRITE_OR_R)) == SEGMENT_CODE)
        return false;
    return (segment->access_rights & conforming) == conforming ||
           (segment_dpl(segment) >= cpl &&
            segment_dpl(segment) >= (segment->selector & SELECTOR_RPL));
}

/* Returns true if the descriptor may be loaded into the segment register. */
static bool may_load(enum guest_segment number, const struct segment *segment, unsigned cpl)
{
    if (!(segment->access_rights & ACCESS_RIGHTS_S))
        return false;
    switch (number) {
    case GUEST_CS:
        return is_code(segment);
    case GUEST_SS:
        return is_stack(segment, cpl);
    default:
        return is_data(segment, cpl);
    }
}

/* Sets the accessed flag of a segment in its descriptor. */
static bool mark_accessed(struct guest_cpu *cpu, uint64_t at, struct segment *segment)
{
    if (segment->access_rights & SEGMENT_ACCESSED)
        return true;
    segment->access_rights |= SEGMENT_ACCESSED;
    const uint8_t rights = (uint8_t)segment->access_rights;
    return guest_linear_write(cpu, guest_linear_wrap(cpu, at + DESCRIPTOR_TYPE_AT), &rights, 1,
                              GUEST_IMPLICIT);
}

static bool load(struct guest_cpu *cpu, enum guest_segment number, unsigned cpl)
{
    const uint16_t selector = cpu->segments[number].selector;
    const uint32_t error = guest_selector_error(selector);
    uint64_t at, low;
    if (guest_selector_is_null(selector))
        return (number != GUEST_CS && number != GUEST_SS) || guest_raise(cpu, VECTOR_TS, error);
    if (!guest_descriptor_find(cpu, selector, sizeof low, VECTOR_TS, &at) ||
        !guest_linear_read(cpu, at, &low, sizeof low, GUEST_IMPLICIT))
        return false;
    struct segment segment = segment_decode(selector, low, 0);
    if (!may_load(number, &segment, cpl))
        return guest_raise(cpu, VECTOR_TS, error);
    if (!(segment.access_rights & ACCESS_RIGHTS_P))
        return guest_raise(cpu, number == GUEST_SS ? VECTOR_SS : VECTOR_NP, error);
    if (!mark_accessed(cpu, at, &segment))
        return false;
    cpu->segments[number] = segment;
    return true;
}

/* Loads LDTR. Its selector cannot refer to an LDT, because LDTR is still unusable. */
static bool load_task_ldtr(struct guest_cpu *cpu)
{
    const uint16_t selector = cpu->ldtr.selector;
    const uint32_t kind = ACCESS_RIGHTS_P | ACCESS_RIGHTS_S | ACCESS_RIGHTS_TYPE;
    uint64_t at, low;
    if (guest_selector_is_null(selector))
        return true;
    if (!guest_descriptor_find(cpu, selector, sizeof low, VECTOR_TS, &at) ||
        !guest_linear_read(cpu, at, &low, sizeof low, GUEST_IMPLICIT))
        return false;
    const struct segment segment = segment_decode(selector, low, 0);
    if ((segment.access_rights & kind) != (ACCESS_RIGHTS_P | SEGMENT_LDT))
        return guest_raise(cpu, VECTOR_TS, guest_selector_error(selector));
    cpu->ldtr = segment;
    return true;
}

bool task_segments_load(struct guest_cpu *cpu)
{
    static const enum guest_segment data[] = {GUEST_DS, GUEST_ES, GUEST_FS, GUEST_GS};
    const unsigned cpl = cpu->segments[GUEST_CS].selector & SELECTOR_RPL;
    if (!load_task_ldtr(cpu))
        return false;
    if (cpu->rflags & RFLAGS_VM)
        return true;
    if (!load(cpu, GUEST_SS, cpl))
        return false;
    for (unsigned i = 0; i < ARRAY_COUNT(data); i++) {
        if (!load(cpu, data[i], cpl))
            return false;
    }
    return load(cpu, GUEST_CS, cpl);
}
