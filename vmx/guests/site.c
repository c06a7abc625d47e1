/* Memory, EPT and first state of each kind of guest. */
#include "vmx/guests/site.h"

#include "kernel/cpu.h"
#include "kernel/log.h"
#include "kernel/panic.h"
#include "kernel/result.h"
#include "lib/address.h"
#include "lib/bits.h"
#include "lib/string.h"
#include "vmx/bench/bench.h"
#include "vmx/guests/flat.h"
#include "vmx/guests/hlt.h"
#include "vmx/guests/self.h"

/* The largest EPT leaf that the processor has. */
static unsigned ept_largest(const struct vmx_caps *caps)
{
    if (caps_bits(caps, IA32_VMX_EPT_VPID_CAP_PAGE_1G))
        return 3;
    return caps_bits(caps, IA32_VMX_EPT_VPID_CAP_PAGE_2M) ? 2 : 1;
}

/* That of the processor's accesses to EPT's tables: write-back where it can be. */
static enum memory_type ept_table_type(const struct vmx_caps *caps)
{
    return caps_bits(caps, IA32_VMX_EPT_VPID_CAP_WB) ? MEMORY_WB : MEMORY_UC;
}

/* The kernel maps all memory. */
static struct hpa take_pages(const struct guest_site *site, uint64_t pages)
{
    uint64_t address;
    const uint64_t large = pagetable_span(2);
    uint64_t align = pages * PAGE_SIZE >= large ? large : PAGE_SIZE;
    if (!memory_take(site->memory, pages, align, UINT64_MAX, &address))
        finish(RESULT_UNSUPPORTED,
               "the guest needs %llu KiB of memory in a row, found %llu KiB free in all; ask for "
               "fewer pages= or add memory",
               (unsigned long long)(pages * PAGE_SIZE / 1024),
               (unsigned long long)(range_set_total(&site->memory->free) / 1024));
    return (struct hpa){address};
}

/* The HLT guest, which fuzzing starts from, too. */
static enum pagetable_status build_hlt(struct guest_site *site, const struct vmx_caps *caps)
{
    struct hpa system = take_pages(site, GUEST_HLT_SYSTEM_PAGES);
    struct hpa code = take_pages(site, site->options->pages);
    memset((void *)system.value, 0, GUEST_HLT_SYSTEM_PAGES * PAGE_SIZE);
    enum pagetable_status status =
        guest_hlt_build(&site->ept, system, code, site->options->pages, site->types);
    guest_hlt_state((const void *)system.value, caps, &site->plan->guest);
    site->wishes = (struct control_wishes){guest_hlt_wishes, guest_hlt_wish_count};
    return status;
}

/* The one module that the loader brought, which is to fit the guest's memory. */
static void check_flat(const struct guest_site *site, uint64_t memory_size)
{
    const struct range binary = {site->boot->module[0].start, site->boot->module[0].end};
    if (site->boot->module_count != 1)
        finish(RESULT_COMMAND_LINE,
               "guest=flat needs one module, found %zu; load the guest with GRUB's module2",
               site->boot->module_count);
    if (binary.start == binary.end || binary.end - binary.start > memory_size - GUEST_FLAT_CODE)
        finish(RESULT_COMMAND_LINE,
               "guest=flat needs a module of 1 to %llu bytes, found %llu; give it memory with mem=",
               (unsigned long long)(memory_size - GUEST_FLAT_CODE),
               (unsigned long long)(binary.end - binary.start));
}

static void fill_flat(const struct guest_site *site, struct vcpu *vcpu)
{
    const struct range binary = {site->boot->module[0].start, site->boot->module[0].end};
    memset(vcpu->memory, 0, vcpu->memory_size);
    guest_flat_build(vcpu->memory, site->options->mode, (const void *)binary.start,
                     binary.end - binary.start);
}

static enum pagetable_status build_flat(struct guest_site *site, struct vcpu *vcpu)
{
    const uint64_t size = site->options->mem << 20;
    check_flat(site, size);
    struct hpa pages = take_pages(site, size / PAGE_SIZE);
    vcpu->memory = (uint8_t *)pages.value;
    vcpu->memory_size = size;
    fill_flat(site, vcpu);
    guest_flat_state(vcpu->memory, site->options->mode, &vcpu->caps, &site->plan->guest);
    site->wishes = guest_flat_wishes(site->options->mode);
    return guest_flat_map(&site->ept, pages, size, (struct hpa){(uintptr_t)vcpu->apic_access},
                          site->types);
}

/* All that the kernel reaches: RAM, and the devices below 4 GiB. */
static uint64_t self_limit(const struct guest_site *site)
{
    const struct range_set *ram = &site->memory->ram;
    const uint64_t end = ram->count > 0 ? ram->at[ram->count - 1].end : 0;
    const uint64_t lowest = UINT64_C(1) << 32;
    const uint64_t wanted = align_up(end > lowest ? end : lowest, pagetable_span(2));
    const uint64_t limit =
        site->types->at[site->types->count - 1].end; /* a memory map may claim more */
    return wanted < limit ? wanted : limit;
}

static enum pagetable_status build_self(struct guest_site *site, struct vcpu *vcpu)
{
    vcpu->may_leave = true;
    site->plan->intercepts = guest_self_intercepts(&vcpu->caps);
    if (site->options->guest == GUEST_BENCH) {
        site->wishes = bench_wishes;
        return bench_build(&site->ept, self_limit(site), take_pages(site, BENCH_PAGES),
                           site->types);
    }
    site->wishes = guest_self_wishes;
    return guest_self_build(&site->ept, self_limit(site), site->types);
}

static enum pagetable_status build(struct guest_site *site, struct vcpu *vcpu)
{
    switch (site->options->guest) {
    case GUEST_FLAT:
        return build_flat(site, vcpu);
    case GUEST_SELF:
    case GUEST_BENCH:
        return build_self(site, vcpu);
    case GUEST_HLT:
    case GUEST_FUZZ:
        break;
    }
    return build_hlt(site, &vcpu->caps);
}

static void print_ept(const struct ept *ept)
{
    static const struct {
        enum memory_type type;
        const char *key;
    } sizes[] = {{MEMORY_WB, "wb_kib"},
                 {MEMORY_UC, "uc_kib"},
                 {MEMORY_WC, "wc_kib"},
                 {MEMORY_WT, "wt_kib"},
                 {MEMORY_WP, "wp_kib"}};
    struct line *line = log_begin("ept");
    line_hex(line, "root", ept->table.root);
    line_decimal(line, "levels", PAGETABLE_LEVELS);
    line_decimal(line, "pages_4k", ept->table.leaves[1]);
    line_decimal(line, "pages_2m", ept->table.leaves[2]);
    line_decimal(line, "pages_1g", ept->table.leaves[3]);
    for (unsigned i = 0; i < ARRAY_COUNT(sizes); i++) {
        if (ept->bytes[sizes[i].type] > 0)
            line_decimal(line, sizes[i].key, ept->bytes[sizes[i].type] / 1024);
    }
    line_end(line);
}

void guest_site_build(struct guest_site *site, struct vcpu *vcpu)
{
    const char *const no_memory = "needs memory below 4 GiB for EPT, found none free; add memory";
    if (!ept_create(&site->ept, &site->tables->source, ept_largest(&vcpu->caps)))
        finish(RESULT_UNSUPPORTED, "%s", no_memory);
    site->plan->intercepts = intercept_all;
    const uint64_t from = rdtsc();
    const enum pagetable_status status = build(site, vcpu);
    site->ept_cycles = rdtsc() - from;
    if (status == PAGETABLE_NO_MEMORY)
        finish(RESULT_UNSUPPORTED, "%s", no_memory);
    if (status != PAGETABLE_OK) /* parts of a guest that overlap, or beyond physical addresses */
        panic("no EPT for this guest: status %d", (int)status);
    site->plan->ept_pointer = ept_pointer(&site->ept, ept_table_type(&vcpu->caps));
    print_ept(&site->ept);
}

void guest_site_build_again(const struct guest_site *site, struct vcpu *vcpu)
{
    if (site->options->guest == GUEST_FLAT)
        fill_flat(site, vcpu);
}

const char *guest_site_name(const struct guest_site *site)
{
    static const char *const names[] = {[GUEST_HLT] = "hlt",
                                        [GUEST_FUZZ] = "fuzz",
                                        [GUEST_FLAT] = "flat",
                                        [GUEST_SELF] = "self",
                                        [GUEST_BENCH] = "bench"};
    return names[site->options->guest];
}
