/* Helper functions for rules of vmx/audit/rules_warning.def that do not fit in one expression. */
#include "vmx/audit/rules_warning.h"

#include "lib/x86.h"

/* Areas of the same kind may share memory: bitmaps with the same meaning, and the MSRs that an exit
 * stores and the next entry loads again. */
enum kind {
    NEVER_SHARED,
    IO_BITMAPS,
    VMCS_BITMAPS,
    MSRS_OF_GUEST,
};

enum { PAGE_BYTES = 4096 };

/* An area of memory that a field of the VMCS points to. */
static const struct area {
    uint16_t field;       /* holds the address */
    uint16_t control;     /* the area is in use if this control is 1; CONTROL_COUNT: always */
    uint16_t unit_bytes;  /* size of a unit */
    uint16_t count_field; /* holds a number of units; FIELD_COUNT: there is no such field */
    uint8_t extra_units;  /* units that count_field does not count */
    uint8_t kind;
} areas[] = {
#define PAGE_AREA(field, control, kind)                                                            \
    {                                                                                              \
        FIELD_##field, control, PAGE_BYTES, FIELD_COUNT, 1, kind                                   \
    }
#define MSRS_AREA(address, count, kind)                                                            \
    {                                                                                              \
        FIELD_##address, CONTROL_COUNT, 16, FIELD_##count, 0, kind                                 \
    }
    PAGE_AREA(HOST_CR3, CONTROL_COUNT, NEVER_SHARED),
    PAGE_AREA(ADDRESS_OF_IO_BITMAP_A, PRIMARY_USE_IO_BITMAPS, IO_BITMAPS),
    PAGE_AREA(ADDRESS_OF_IO_BITMAP_B, PRIMARY_USE_IO_BITMAPS, IO_BITMAPS),
    PAGE_AREA(ADDRESS_OF_MSR_BITMAPS, PRIMARY_USE_MSR_BITMAPS, NEVER_SHARED),
    PAGE_AREA(VIRTUAL_APIC_ADDRESS, PRIMARY_USE_TPR_SHADOW, NEVER_SHARED),
    PAGE_AREA(APIC_ACCESS_ADDRESS, SECONDARY_VIRTUALIZE_APIC_ACCESSES, NEVER_SHARED),
    {FIELD_POSTED_INTERRUPT_DESCRIPTOR_ADDRESS, PIN_PROCESS_POSTED_INTERRUPTS, 64, FIELD_COUNT, 1,
     NEVER_SHARED},
    PAGE_AREA(EPT_POINTER, SECONDARY_ENABLE_EPT, NEVER_SHARED),
    PAGE_AREA(PML_ADDRESS, SECONDARY_ENABLE_PML, NEVER_SHARED),
    PAGE_AREA(SUB_PAGE_PERMISSION_TABLE_POINTER, SECONDARY_SUB_PAGE_WRITE_PERMISSIONS_FOR_EPT,
              NEVER_SHARED),
    PAGE_AREA(EPTP_LIST_ADDRESS, SECONDARY_ENABLE_VM_FUNCTIONS, NEVER_SHARED),
    PAGE_AREA(VMREAD_BITMAP_ADDRESS, SECONDARY_VMCS_SHADOWING, VMCS_BITMAPS),
    PAGE_AREA(VMWRITE_BITMAP_ADDRESS, SECONDARY_VMCS_SHADOWING, VMCS_BITMAPS),
    PAGE_AREA(VIRTUALIZATION_EXCEPTION_INFORMATION_ADDRESS, SECONDARY_EPT_VIOLATION_VE,
              NEVER_SHARED),
    {FIELD_PID_POINTER_TABLE_ADDRESS, TERTIARY_IPI_VIRTUALIZATION, 8, FIELD_LAST_PID_POINTER_INDEX,
     1, NEVER_SHARED},
    MSRS_AREA(VM_EXIT_MSR_STORE_ADDRESS, VM_EXIT_MSR_STORE_COUNT, MSRS_OF_GUEST),
    MSRS_AREA(VM_EXIT_MSR_LOAD_ADDRESS, VM_EXIT_MSR_LOAD_COUNT, NEVER_SHARED),
    MSRS_AREA(VM_ENTRY_MSR_LOAD_ADDRESS, VM_ENTRY_MSR_LOAD_COUNT, MSRS_OF_GUEST),
#undef PAGE_AREA
#undef MSRS_AREA
};

static bool in_use(struct audit *a, const struct area *area)
{
    if (area->field == FIELD_EPTP_LIST_ADDRESS && !(V(VM_FUNCTION_CONTROLS) & BIT(0)))
        return false;
    return area->control == CONTROL_COUNT || ON((enum control)area->control);
}

/* A range of memory. It has no bytes if its area is not in use. */
struct span {
    uint64_t start;
    uint64_t bytes;
};

static struct span span_of(struct audit *a, const struct area *area)
{
    if (!in_use(a, area))
        return (struct span){0, 0};
    uint64_t units = area->extra_units;
    uint64_t address = V(field_at(area->field));
    if (area->count_field != FIELD_COUNT)
        units += V(field_at(area->count_field));
    if (area->unit_bytes == PAGE_BYTES)
        address &= BITS(51, 12); /* some fields have flags in the other bits */
    return (struct span){address, units * area->unit_bytes};
}

/* Returns the span of an area that the current rule is not about. The rule ignores this area if its
 * span is not known. */
static struct span span_of_other(const struct audit *a, const struct area *area)
{
    struct audit other = {.input = a->input};
    struct span span = span_of(&other, area);
    return other.unknown ? (struct span){0, 0} : span;
}

/* The subtractions may wrap. A difference is less than the size if one span starts in the other. */
static bool spans_overlap(struct span a, struct span b)
{
    return a.bytes && b.bytes && (a.start - b.start < b.bytes || b.start - a.start < a.bytes);
}

static bool is_taken(const struct audit *a, struct span span)
{
    const struct audit_places *places = a->input->places;
    for (unsigned i = 0; places && i < places->taken_count; i++) {
        struct range taken = places->taken[i];
        if (spans_overlap(span, (struct span){taken.start, taken.end - taken.start}))
            return true;
    }
    return false;
}

uint64_t audit_shared(struct audit *a, enum field_index field)
{
    unsigned own = 0;
    while (areas[own].field != field)
        own++;
    struct span span = span_of(a, &areas[own]);
    if (is_taken(a, span))
        return BITS(51, 0);
    for (unsigned i = 0; i < own; i++) {
        bool same_kind = areas[i].kind == areas[own].kind && areas[i].kind != NEVER_SHARED;
        if (!same_kind && spans_overlap(span, span_of_other(a, &areas[i])))
            return BITS(51, 0);
    }
    return 0;
}

/* Bits of an entry, the same in page tables and in EPT. */
#define ENTRY_LARGE   PTE_PS
#define ENTRY_ADDRESS PTE_ADDRESS

static uint64_t entry_at(uint64_t table, uint64_t address, unsigned level)
{
    return (table & ENTRY_ADDRESS) + 8 * bits_get(address, 12 + 9 * level - 1, 3 + 9 * level);
}

/* Walks the page tables of a 64-bit host: SDM Vol 3A §4.5. */
uint64_t audit_not_mapped(struct audit *a, uint64_t linear, enum audit_use use)
{
    bool no_execute = ON(EXIT_LOAD_IA32_EFER) && (V(HOST_IA32_EFER) & EFER_NXE);
    uint64_t entry = V(HOST_CR3);
    if (OFF(EXIT_HOST_ADDRESS_SPACE_SIZE))
        return 0;
    for (unsigned level = V(HOST_CR4) & CR4_LA57 ? 5 : 4; level > 0; level--) {
        uint64_t at = entry_at(entry, linear, level);
        if (audit_not_physical(a, at) || !audit_read(a, at, &entry, sizeof entry))
            return 0;
        if (!(entry & PTE_P) || (use == AUDIT_USE_WRITE && !(entry & PTE_RW)) ||
            (use == AUDIT_USE_EXECUTE && no_execute && (entry & PTE_XD)))
            return BITS(63, 12);
        if ((level == 2 || level == 3) && (entry & ENTRY_LARGE))
            break;
    }
    return 0;
}

/* Limits on how much of EPT is read. They suffice for Trapline's guests and keep an audit short. */
enum {
    EPT_TABLES_MAX = 64,
    EPT_ENTRIES = 512,
    EPT_CHUNK = 64, /* entries in one read */
};

struct ept_check {
    struct audit *a;
    uint64_t execute; /* the bits of an entry that allow execution */
    unsigned tables;  /* read so far */
    bool incomplete;  /* a table could not be read, or there are too many */
};

/* Returns true if the entry maps a page and does not refer to another table. */
static bool ept_maps_page(struct audit *a, unsigned level, uint64_t entry)
{
    enum caps_part large =
        level == 2 ? IA32_VMX_EPT_VPID_CAP_PAGE_2M : IA32_VMX_EPT_VPID_CAP_PAGE_1G;
    return level == 1 || (level <= 3 && (entry & ENTRY_LARGE) && caps_bits(a->input->caps, large));
}

static bool ept_type_exists(uint64_t type)
{
    return type == 0 || type == 1 || (type >= 4 && type <= 6);
}

/* Returns true if an entry of a table at `level` is misconfigured. Does not follow the entry. */
static bool ept_entry_misconfigured(const struct ept_check *check, unsigned level, uint64_t entry)
{
    struct audit *a = check->a;
    bool execute_only = !(entry & BIT(0)) && (entry & check->execute);
    uint64_t reserved = BITS(51, a->input->caps->physical_bits);
    if ((entry & BITS(1, 0)) == BIT(1) ||
        (execute_only && !caps_bits(a->input->caps, IA32_VMX_EPT_VPID_CAP_EXECUTE_ONLY)))
        return true;
    if (!ept_maps_page(a, level, entry))
        return entry & (reserved | BITS(7, 3));
    if (level > 1)
        reserved |= BITS(12 + 9 * level - 10, 12);
    return (entry & reserved) || !ept_type_exists(bits_get(entry, 5, 3));
}

static bool ept_read(struct ept_check *check, uint64_t address, void *bytes, size_t size)
{
    struct audit one = {.input = check->a->input};
    if (audit_not_physical(check->a, address) == 0 && audit_read(&one, address, bytes, size))
        return true;
    check->incomplete = true;
    return false;
}

/* Returns true if an entry of the table, or of a table below it, is misconfigured. */
static bool ept_table_misconfigured(struct ept_check *check, uint64_t table, unsigned level)
{
    uint64_t entries[EPT_CHUNK];
    if (check->tables++ >= EPT_TABLES_MAX) {
        check->incomplete = true;
        return false;
    }
    for (unsigned i = 0; i < EPT_ENTRIES; i++) {
        uint64_t at = (table & ENTRY_ADDRESS) + UINT64_C(8) * i;
        if (i % EPT_CHUNK == 0 && !ept_read(check, at, entries, sizeof entries))
            return false;
        uint64_t entry = entries[i % EPT_CHUNK];
        if ((entry & (BITS(1, 0) | check->execute)) == 0)
            continue;
        if (ept_entry_misconfigured(check, level, entry) ||
            (!ept_maps_page(check->a, level, entry) &&
             ept_table_misconfigured(check, entry, level - 1)))
            return true;
    }
    return false;
}

uint64_t audit_ept_misconfigured(struct audit *a)
{
    uint64_t user_execute = at_fault(ON(SECONDARY_MODE_BASED_EXECUTE_CONTROL_FOR_EPT), BIT(10));
    struct ept_check check = {.a = a, .execute = BIT(2) | user_execute};
    unsigned levels = (unsigned)bits_get(V(EPT_POINTER), 5, 3) + 1;
    if (OFF(SECONDARY_ENABLE_EPT) || levels < 4 || levels > 5 ||
        audit_not_physical(a, V(EPT_POINTER)))
        return 0;
    if (ept_table_misconfigured(&check, V(EPT_POINTER), levels))
        return BITS(51, 12);
    a->unknown |= check.incomplete; /* an entry that was not read may be misconfigured */
    return 0;
}

uint64_t audit_not_text(struct audit *a, uint64_t linear)
{
    const struct audit_places *places = a->input->places;
    if (!places) {
        a->unknown = true;
        return 0;
    }
    return at_fault(linear < places->text.start || linear >= places->text.end, BITS(63, 0));
}
