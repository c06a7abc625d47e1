/* Memory, EPT and first state of the HLT guest. */
#include "vmx/guests/hlt.h"

#include "lib/bits.h"
#include "lib/segment.h"
#include "lib/string.h"
#include "lib/x86.h"

enum {
    HLT = 0xf4,
    SYSTEM = 0x1000, /* the first system page */
    PML4 = 0x1000,
    PDPT = 0x2000,
    DIRECTORY = 0x3000,
    DESCRIPTORS = 0x4000,
    STACK = 0x5000,
    STACK_TOP = 0x6000,
};

/* Accessed and dirty are set from the start: the processor would otherwise write these flags, and
 * EPT makes the guest's tables read-only. */
#define TABLE_ENTRY (PTE_P | PTE_RW | PTE_A)
#define LARGE_ENTRY (TABLE_ENTRY | PTE_D | PTE_PS)

enum {
    CODE_SELECTOR = 0x08,
    DATA_SELECTOR = 0x10,
    TSS_SELECTOR = 0x18,
    GDT_SIZE = 0x28,
    TSS_OFFSET = 0x100, /* in the page of the GDT */
    TSS_LIMIT = 103,
};

const struct control_wish guest_hlt_wishes[] = {
    {PIN_EXTERNAL_INTERRUPT_EXITING, CONTROL_REQUIRED},
    {PIN_NMI_EXITING, CONTROL_REQUIRED},
    {PIN_ACTIVATE_VMX_PREEMPTION_TIMER, CONTROL_WANTED}, /* stops a guest that never exits */
    {PRIMARY_HLT_EXITING, CONTROL_REQUIRED},
    {PRIMARY_USE_IO_BITMAPS, CONTROL_REQUIRED},
    {PRIMARY_USE_MSR_BITMAPS, CONTROL_REQUIRED},
    {PRIMARY_ACTIVATE_SECONDARY_CONTROLS, CONTROL_REQUIRED},
    {SECONDARY_ENABLE_EPT, CONTROL_REQUIRED},
    {SECONDARY_ENABLE_VPID, CONTROL_WANTED},
    {SECONDARY_UNRESTRICTED_GUEST, CONTROL_WANTED},
    {EXIT_HOST_ADDRESS_SPACE_SIZE, CONTROL_REQUIRED},
    {EXIT_SAVE_DEBUG_CONTROLS, CONTROL_WANTED},
    {EXIT_SAVE_IA32_PAT, CONTROL_WANTED},
    {EXIT_LOAD_IA32_PAT, CONTROL_WANTED},
    {EXIT_SAVE_IA32_EFER, CONTROL_WANTED},
    {EXIT_LOAD_IA32_EFER, CONTROL_WANTED},
    {ENTRY_IA_32E_MODE_GUEST, CONTROL_REQUIRED},
    {ENTRY_LOAD_DEBUG_CONTROLS, CONTROL_WANTED},
    {ENTRY_LOAD_IA32_PAT, CONTROL_WANTED},
    {ENTRY_LOAD_IA32_EFER, CONTROL_WANTED},
};
const unsigned guest_hlt_wish_count = ARRAY_COUNT(guest_hlt_wishes);

/* Maps the first GiB one to one, in 2-MiB pages. */
static void fill_page_tables(uint64_t *pml4, uint64_t *pdpt, uint64_t *directory)
{
    pml4[0] = PDPT | TABLE_ENTRY;
    pdpt[0] = DIRECTORY | TABLE_ENTRY;
    for (uint64_t i = 0; i < 512; i++)
        directory[i] = i << 21 | LARGE_ENTRY;
}

static void fill_descriptors(uint64_t *gdt)
{
    const uint64_t base = DESCRIPTORS + TSS_OFFSET;
    gdt[CODE_SELECTOR / 8] = DESCRIPTOR_CODE_64;
    gdt[DATA_SELECTOR / 8] = DESCRIPTOR_DATA;
    gdt[TSS_SELECTOR / 8] = DESCRIPTOR_TSS_BUSY | base << 16 | TSS_LIMIT;
    gdt[TSS_SELECTOR / 8 + 1] = 0;
}

enum pagetable_status guest_hlt_build(struct ept *ept, struct hpa system, struct hpa code,
                                      uint64_t pages, const struct memory_types *types)
{
    struct page_source *source = ept->table.source;
    void *page[GUEST_HLT_SYSTEM_PAGES];
    for (unsigned i = 0; i < GUEST_HLT_SYSTEM_PAGES; i++)
        page[i] = source->view(source, system.value + i * PAGE_SIZE);
    fill_page_tables(page[0], page[1], page[2]);
    fill_descriptors(page[3]);
    for (uint64_t i = 0; i < pages; i++)
        memset(source->view(source, code.value + i * PAGE_SIZE), HLT, PAGE_SIZE);

    const struct hpa stack = {system.value + STACK - SYSTEM};
    enum pagetable_status status =
        ept_map_typed(ept, (struct gpa){SYSTEM}, system, STACK - SYSTEM, EPT_READ, types);
    if (status == PAGETABLE_OK) {
        status =
            ept_map_typed(ept, (struct gpa){STACK}, stack, PAGE_SIZE, EPT_READ | EPT_WRITE, types);
    }
    if (status == PAGETABLE_OK) {
        status = ept_map_typed(ept, (struct gpa){GUEST_HLT_CODE}, code, pages * PAGE_SIZE,
                               EPT_READ | EPT_EXECUTE, types);
    }
    return status;
}

void guest_hlt_state(const void *system, const struct vmx_caps *caps, struct guest_state *state)
{
    const uint8_t *gdt = (const uint8_t *)system + (DESCRIPTORS - SYSTEM);
    const uint64_t cr0 = CR0_PE | CR0_NE | CR0_PG;
    /* Without MCE, a machine check in the guest would shut the processor down. */
    const uint64_t cr4 = CR4_PAE | CR4_MCE;
    /* The host needs NXE if VM exits do not load EFER. */
    const uint64_t efer = EFER_LME | EFER_LMA | EFER_NXE;
    *state = (struct guest_state){
        .cr0 = plan_fixed_cr0(caps, cr0),
        .cr0_shadow = cr0,
        .cr4_shadow = cr4,
        .cr3 = PML4,
        .cr4 = plan_fixed_cr4(caps, cr4),
        .dr7 = DR7_FIXED_1,
        .rip = GUEST_HLT_CODE,
        .rsp = STACK_TOP,
        .rflags = RFLAGS_FIXED_1,
        .gdtr_base = DESCRIPTORS,
        .gdtr_limit = GDT_SIZE - 1,
        .pat = PAT_AT_RESET,
        .efer = efer,
    };
    (void)segment_split(gdt, GDT_SIZE - 1, CODE_SELECTOR, &state->cs);
    (void)segment_split(gdt, GDT_SIZE - 1, DATA_SELECTOR, &state->ss);
    (void)segment_split(gdt, GDT_SIZE - 1, DATA_SELECTOR, &state->ds);
    (void)segment_split(gdt, GDT_SIZE - 1, DATA_SELECTOR, &state->es);
    (void)segment_split(gdt, GDT_SIZE - 1, 0, &state->fs);
    (void)segment_split(gdt, GDT_SIZE - 1, 0, &state->gs);
    (void)segment_split(gdt, GDT_SIZE - 1, TSS_SELECTOR, &state->tr);
    (void)segment_split(gdt, GDT_SIZE - 1, 0, &state->ldtr);
}
