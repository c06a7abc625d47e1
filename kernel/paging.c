/* Building the tables, and mapping devices later. */
#include "kernel/paging.h"

#include "kernel/cpu.h"
#include "kernel/msr.h"
#include "kernel/panic.h"
#include "kernel/result.h"
#include "lib/address.h"
#include "lib/bits.h"
#include "lib/string.h"
#include "lib/x86.h"

/* PWT and PCD select entries 1 and 3 of KERNEL_PAT: WC and UC. */
#define PAGE_COMBINED PTE_PWT
#define PAGE_UNCACHED (PTE_PWT | PTE_PCD)
/* Accessed and dirty are set from the start, so that the processor does not write the tables. */
#define PAGE_USED (PTE_A | PTE_D)

/* IA32_PAT as after a reset, except that entry 1 is WC instead of WT, which the kernel does not use
 * (SDM Vol 3A §11.12 "Page Attribute Table (PAT)"; all 64-bit processors have it). */
#define KERNEL_PAT UINT64_C(0x0007040600070106)

/* linker.ld */
extern const char kernel_start[], kernel_end[], text_start[], text_end[], rodata_start[],
    rodata_end[], data_start[], data_end[];

static const struct pagetable_format format = {
    .present = PTE_P,
    .table = PTE_P | PTE_RW | PAGE_USED, /* the leaves decide */
    .large = PTE_PS,
    .address = BITS(51, 12),
};

/* The tables in use. */
static struct pagetable kernel_table;

static void map(struct pagetable *table, struct range range, uint64_t flags)
{
    switch (pagetable_map(table, range.start, range.start, range.end - range.start, flags)) {
    case PAGETABLE_OK:
        return;
    case PAGETABLE_NO_MEMORY:
        finish(RESULT_UNSUPPORTED,
               "needs memory below 4 GiB for page tables, found none free; add memory");
    case PAGETABLE_MAPPED:
    case PAGETABLE_INVALID:
        panic("cannot map 0x%llx to 0x%llx", (unsigned long long)range.start,
              (unsigned long long)range.end);
    }
}

static void map_all(struct pagetable *table, const struct range_set *set, uint64_t flags)
{
    for (size_t i = 0; i < set->count; i++)
        map(table, set->at[i], flags);
}

static struct range section(const char *start, const char *end)
{
    return (struct range){(uintptr_t)start, (uintptr_t)end};
}

static void remove_guard(uint64_t page, void *context)
{
    MUST(range_set_remove(context, range_make(page, PAGE_SIZE)));
}

static void map_kernel(struct pagetable *table, const struct percpu *cpu)
{
    struct range storage[16];
    struct range_set data = {storage, 0, ARRAY_COUNT(storage)};
    MUST(range_set_add(&data, section(data_start, data_end)));
    percpu_guards(cpu, remove_guard, &data);
    map(table, section(text_start, text_end), PTE_P | PAGE_USED);
    map(table, section(rodata_start, rodata_end), PTE_P | PAGE_USED | PTE_XD);
    map_all(table, &data, PTE_P | PAGE_USED | PTE_RW | PTE_XD);
}

static void map_ram(struct pagetable *table, const struct memory *memory)
{
    static struct range storage[MEMORY_RANGES_MAX];
    struct range_set ram = {storage, 0, ARRAY_COUNT(storage)};
    const struct range except[] = {{0, PAGE_SIZE}, section(kernel_start, kernel_end)};
    if (!memory_ram_except(memory, except, ARRAY_COUNT(except), &ram)) {
        finish(RESULT_UNSUPPORTED,
               "needs a memory map of at most %u ranges, found more; please report this machine",
               MEMORY_RANGES_MAX);
    }
    map_all(table, &ram, PTE_P | PAGE_USED | PTE_RW | PTE_XD);
}

void paging_build(const struct memory *memory, struct page_source *pages, const struct percpu *cpu)
{
    uint32_t features = cpuid(CPUID_LEAF_EXTENDED_FEATURES, 0).edx;
    if (!(features & CPUID_80000001_EDX_NX)) {
        finish(RESULT_UNSUPPORTED, "needs execute-disable (CPUID 80000001H EDX bit 20), found "
                                   "none; enable XD (NX) in the firmware's settings");
    }
    msr_write(IA32_EFER, msr_read(IA32_EFER) | EFER_NXE);
    if (!pagetable_create(&kernel_table, &format, pages,
                          features & CPUID_80000001_EDX_PAGE_1G ? 3 : 2))
        finish(RESULT_UNSUPPORTED, "needs memory below 4 GiB, found none free; add memory");
    map_kernel(&kernel_table, cpu);
    map_ram(&kernel_table, memory);
}

void paging_switch(void)
{
    msr_write(IA32_PAT, KERNEL_PAT);
    write_cr3(kernel_table.root);
    write_cr0(read_cr0() | CR0_WP);
}

void paging_map_device(uint64_t address)
{
    uint64_t page = align_down(address, PAGE_SIZE);
    if (!pagetable_lookup(&kernel_table, page).present) {
        map(&kernel_table, range_make(page, PAGE_SIZE),
            PTE_P | PAGE_USED | PTE_RW | PAGE_UNCACHED | PTE_XD);
    }
}

bool paging_map_framebuffer(uint64_t address, uint64_t size)
{
    const struct range pages = range_grow(range_make(address, size), PAGE_SIZE);
    return pagetable_map(&kernel_table, pages.start, pages.start, pages.end - pages.start,
                         PTE_P | PAGE_USED | PTE_RW | PAGE_COMBINED | PTE_XD) == PAGETABLE_OK;
}

/* Returns true if all `size` bytes from address are mapped, so that reading them does not fault. */
static bool is_mapped(uint64_t address, uint64_t size)
{
    if (address > UINT64_MAX - size) /* the range would wrap around */
        return false;
    struct range pages = range_grow(range_make(address, size), PAGE_SIZE);
    for (uint64_t page = pages.start; page < pages.end; page += PAGE_SIZE) {
        if (!pagetable_lookup(&kernel_table, page).present)
            return false;
    }
    return true;
}

bool paging_read(void *context, uint64_t address, void *bytes, size_t size)
{
    (void)context;
    if (!is_mapped(address, size))
        return false;
    memcpy(bytes, (const void *)address, size);
    return true;
}
