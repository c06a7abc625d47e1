/* Memory, EPT and first state of the flat guest. */
#include "vmx/guests/flat.h"

#include "lib/bits.h"
#include "lib/segment.h"
#include "lib/string.h"
#include "lib/x86.h"

enum {
    TABLES = 0x1000, /* PML4, PDPT and page directory, or one 32-bit page directory */
    DESCRIPTORS = 0x4000,
    STACK_TOP = 0x8000,
    CODE_64_SELECTOR = 0x08,
    DATA_SELECTOR = 0x10,
    TSS_SELECTOR = 0x18,
    CODE_32_SELECTOR = 0x28,
    GDT_SIZE = 0x30,
    TSS_OFFSET = 0x100, /* in the page of the GDT */
    TSS_LIMIT = 103,
    REAL_LIMIT = 0xffff,
    REAL_IDT_LIMIT = 0x3ff,
};

#define LOCAL_APIC_PAGE UINT64_C(0xfee00000)

/* Accessed and dirty are set from the start, so that the processor does not write the tables. */
#define USER_TABLE_ENTRY (PTE_P | PTE_RW | PTE_US | PTE_A)
#define USER_LARGE_ENTRY (USER_TABLE_ENTRY | PTE_D | PTE_PS)

/* Access rights in real mode, for an unrestricted guest (SDM Vol 3C §26.3.1.2). */
#define REAL_CODE UINT32_C(0x9b)
#define REAL_DATA UINT32_C(0x93)
#define REAL_TSS  UINT32_C(0x8b)

/* The wishes in every mode. clang-format would join the lines. */
/* clang-format off */
#define WISHES                                                                                     \
    {PIN_EXTERNAL_INTERRUPT_EXITING, CONTROL_REQUIRED},                                            \
    {PIN_NMI_EXITING, CONTROL_REQUIRED},                                                           \
    {PIN_ACTIVATE_VMX_PREEMPTION_TIMER, CONTROL_WANTED},                                           \
    {PRIMARY_MWAIT_EXITING, CONTROL_WANTED},                                                       \
    {PRIMARY_MONITOR_EXITING, CONTROL_WANTED},                                                     \
    {PRIMARY_RDPMC_EXITING, CONTROL_WANTED},                                                       \
    {PRIMARY_CR8_LOAD_EXITING, CONTROL_REQUIRED},                                                  \
    {PRIMARY_CR8_STORE_EXITING, CONTROL_REQUIRED},                                                 \
    {SECONDARY_ENABLE_RDTSCP, CONTROL_WANTED},                                                     \
    {SECONDARY_ENABLE_INVPCID, CONTROL_WANTED},                                                    \
    {SECONDARY_WBINVD_EXITING, CONTROL_WANTED},                                                    \
    {SECONDARY_ENABLE_ENCLS_EXITING, CONTROL_WANTED},                                              \
    {PRIMARY_HLT_EXITING, CONTROL_REQUIRED},                                                       \
    {PRIMARY_USE_IO_BITMAPS, CONTROL_REQUIRED},                                                    \
    {PRIMARY_USE_MSR_BITMAPS, CONTROL_REQUIRED},                                                   \
    {PRIMARY_ACTIVATE_SECONDARY_CONTROLS, CONTROL_REQUIRED},                                       \
    {SECONDARY_ENABLE_EPT, CONTROL_REQUIRED},                                                      \
    {SECONDARY_ENABLE_VPID, CONTROL_WANTED},                                                       \
    {EXIT_HOST_ADDRESS_SPACE_SIZE, CONTROL_REQUIRED},                                              \
    {EXIT_ACKNOWLEDGE_INTERRUPT_ON_EXIT, CONTROL_WANTED},                                          \
    {EXIT_SAVE_DEBUG_CONTROLS, CONTROL_WANTED},                                                    \
    {EXIT_SAVE_IA32_PAT, CONTROL_WANTED},                                                          \
    {EXIT_LOAD_IA32_PAT, CONTROL_WANTED},                                                          \
    {EXIT_SAVE_IA32_EFER, CONTROL_REQUIRED},                                                       \
    {EXIT_LOAD_IA32_EFER, CONTROL_REQUIRED},                                                       \
    {ENTRY_LOAD_DEBUG_CONTROLS, CONTROL_WANTED},                                                   \
    {ENTRY_LOAD_IA32_PAT, CONTROL_WANTED},                                                         \
    {ENTRY_LOAD_IA32_EFER, CONTROL_REQUIRED}
/* clang-format on */

struct control_wishes guest_flat_wishes(enum guest_mode mode)
{
    static const struct control_wish real[] = {WISHES,
                                               {SECONDARY_UNRESTRICTED_GUEST, CONTROL_REQUIRED},
                                               {ENTRY_IA_32E_MODE_GUEST, CONTROL_FORBIDDEN}};
    static const struct control_wish protected[] = {WISHES,
                                                    {SECONDARY_UNRESTRICTED_GUEST, CONTROL_WANTED},
                                                    {ENTRY_IA_32E_MODE_GUEST, CONTROL_FORBIDDEN}};
    static const struct control_wish ia_32e[] = {WISHES,
                                                 {SECONDARY_UNRESTRICTED_GUEST, CONTROL_WANTED},
                                                 {ENTRY_IA_32E_MODE_GUEST, CONTROL_REQUIRED}};
    switch (mode) {
    case GUEST_REAL:
        return (struct control_wishes){real, ARRAY_COUNT(real)};
    case GUEST_32:
        return (struct control_wishes){protected, ARRAY_COUNT(protected)};
    case GUEST_64:
        break;
    }
    return (struct control_wishes){ia_32e, ARRAY_COUNT(ia_32e)};
}

static void put(uint8_t *memory, uint64_t address, uint64_t value, size_t size)
{
    memcpy(memory + address, &value, size); /* little-endian */
}

/* Maps 4 GiB one to one, in 4-MiB pages (SDM Vol 3A §4.3). */
static void fill_32(uint8_t *memory)
{
    for (uint64_t i = 0; i < 1024; i++)
        put(memory, TABLES + 4 * i, i << 22 | USER_LARGE_ENTRY, 4);
}

/* Maps the first GiB one to one, in 2-MiB pages. */
static void fill_64(uint8_t *memory)
{
    put(memory, TABLES, (TABLES + PAGE_SIZE) | USER_TABLE_ENTRY, 8);
    put(memory, TABLES + PAGE_SIZE, (TABLES + 2 * PAGE_SIZE) | USER_TABLE_ENTRY, 8);
    for (uint64_t i = 0; i < 512; i++)
        put(memory, TABLES + 2 * PAGE_SIZE + 8 * i, i << 21 | USER_LARGE_ENTRY, 8);
}

static void fill_descriptors(uint8_t *memory)
{
    const uint64_t base = DESCRIPTORS + TSS_OFFSET;
    put(memory, DESCRIPTORS + CODE_64_SELECTOR, DESCRIPTOR_CODE_64, 8);
    put(memory, DESCRIPTORS + DATA_SELECTOR, DESCRIPTOR_DATA, 8);
    put(memory, DESCRIPTORS + TSS_SELECTOR, DESCRIPTOR_TSS_BUSY | base << 16 | TSS_LIMIT, 8);
    put(memory, DESCRIPTORS + CODE_32_SELECTOR, DESCRIPTOR_CODE_32, 8);
}

void guest_flat_build(uint8_t *memory, enum guest_mode mode, const void *binary, size_t binary_size)
{
    if (mode == GUEST_32)
        fill_32(memory);
    if (mode == GUEST_64)
        fill_64(memory);
    if (mode != GUEST_REAL)
        fill_descriptors(memory);
    memcpy(memory + GUEST_FLAT_CODE, binary, binary_size);
}

enum pagetable_status guest_flat_map(struct ept *ept, struct hpa memory, uint64_t size,
                                     struct hpa apic_access, const struct memory_types *types)
{
    enum pagetable_status status = ept_map_typed(ept, (struct gpa){0}, memory, size,
                                                 EPT_READ | EPT_WRITE | EPT_EXECUTE, types);
    if (status == PAGETABLE_OK) {
        status = ept_map_typed(ept, (struct gpa){LOCAL_APIC_PAGE}, apic_access, PAGE_SIZE,
                               EPT_READ | EPT_WRITE, types);
    }
    return status;
}

static void real_segments(struct guest_state *state)
{
    const struct segment data = {.limit = REAL_LIMIT, .access_rights = REAL_DATA};
    state->ss = state->ds = state->es = state->fs = state->gs = data;
    state->cs = (struct segment){.limit = REAL_LIMIT, .access_rights = REAL_CODE};
    state->tr = (struct segment){.limit = REAL_LIMIT, .access_rights = REAL_TSS};
    state->ldtr = (struct segment){.access_rights = ACCESS_RIGHTS_UNUSABLE};
    state->idtr_limit = REAL_IDT_LIMIT;
}

static void protected_segments(const uint8_t *gdt, uint16_t code, struct guest_state *state)
{
    struct segment data;
    (void)segment_split(gdt, GDT_SIZE - 1, DATA_SELECTOR, &data);
    state->ss = state->ds = state->es = state->fs = state->gs = data;
    (void)segment_split(gdt, GDT_SIZE - 1, code, &state->cs);
    (void)segment_split(gdt, GDT_SIZE - 1, TSS_SELECTOR, &state->tr);
    (void)segment_split(gdt, GDT_SIZE - 1, 0, &state->ldtr);
    state->gdtr_base = DESCRIPTORS;
    state->gdtr_limit = GDT_SIZE - 1;
}

void guest_flat_state(const uint8_t *memory, enum guest_mode mode, const struct vmx_caps *caps,
                      struct guest_state *state)
{
    uint64_t cr0 = CR0_ET | CR0_NE, cr4 = CR4_MCE | CR4_OSFXSR | CR4_OSXMMEXCPT;
    *state = (struct guest_state){
        .dr7 = DR7_FIXED_1,
        .rip = GUEST_FLAT_CODE,
        .rsp = STACK_TOP,
        .rflags = RFLAGS_FIXED_1,
        .pat = PAT_AT_RESET,
    };
    if (mode == GUEST_REAL) {
        real_segments(state);
    } else {
        cr0 |= CR0_PE | CR0_PG;
        cr4 |= mode == GUEST_64 ? CR4_PAE : CR4_PSE;
        state->cr3 = TABLES;
        state->efer = mode == GUEST_64 ? EFER_LME | EFER_LMA : 0;
        protected_segments(memory + DESCRIPTORS,
                           mode == GUEST_64 ? CODE_64_SELECTOR : CODE_32_SELECTOR, state);
    }
    state->cr0_shadow = cr0;
    state->cr4_shadow = cr4;
    state->cr0 = plan_fixed_cr0(caps, cr0);
    if (mode == GUEST_REAL) /* an unrestricted guest may clear these two bits */
        state->cr0 &= ~(CR0_PE | CR0_PG);
    state->cr4 = plan_fixed_cr4(caps, cr4);
}
