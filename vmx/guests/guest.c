/* The table of guests, and the code that all kinds of guests share. */
#include "vmx/guests/guest.h"

#include "kernel/cpu.h"
#include "kernel/log.h"
#include "kernel/panic.h"
#include "lib/bits.h"

#define GUEST(name, meaning) extern const struct guest guest_##name;
#include "vmx/guests/guests.def"
#undef GUEST

const struct guest *const guests[] = {
#define GUEST(name, meaning) &guest_##name,
#include "vmx/guests/guests.def"
#undef GUEST
};

const char guest_names[] =
#define GUEST(name, meaning) #name " "
#include "vmx/guests/guests.def"
#undef GUEST
    ;

/* Returns the level of the largest EPT leaf that the processor supports. */
static unsigned ept_largest(const struct vmx_caps *caps)
{
    if (caps_bits(caps, IA32_VMX_EPT_VPID_CAP_PAGE_1G))
        return 3;
    return caps_bits(caps, IA32_VMX_EPT_VPID_CAP_PAGE_2M) ? 2 : 1;
}

/* Returns the memory type by which the processor accesses EPT's tables. */
static enum memory_type ept_table_type(const struct vmx_caps *caps)
{
    return caps_bits(caps, IA32_VMX_EPT_VPID_CAP_WB) ? MEMORY_WB : MEMORY_UC;
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

static uint64_t exits_max(const struct guest *guest, const struct options *options)
{
    switch (guest->hlt) {
    case HLT_COUNTED:
        return options->exits;
    case HLT_FREE:
        return UINT64_MAX;
    case HLT_WAITS:
        break;
    }
    return 0;
}

void guest_build(const struct guest *guest, struct guest_site *site, struct vcpu *vcpu)
{
    const char *const no_memory = "needs memory below 4 GiB for EPT, found none free; add memory";
    if (!ept_create(&site->ept, site->tables, ept_largest(&vcpu->caps)))
        finish(RESULT_UNSUPPORTED, "%s", no_memory);
    vcpu->answers = &guest->answers;
    vcpu->exits_max = exits_max(guest, site->options);
    site->plan->intercepts = intercept_all;
    const uint64_t from = rdtsc();
    const enum pagetable_status status = guest->build(site, vcpu);
    site->ept_cycles = rdtsc() - from;
    if (status == PAGETABLE_NO_MEMORY)
        finish(RESULT_UNSUPPORTED, "%s", no_memory);
    if (status != PAGETABLE_OK) /* parts of the guest overlap, or exceed physical addresses */
        panic("cannot build the EPT of this guest: status %d", (int)status);
    site->plan->ept_pointer = ept_pointer(&site->ept, ept_table_type(&vcpu->caps));
    print_ept(&site->ept);
}

static enum result_code one_round(const struct guest *guest, const struct guest_site *site,
                                  struct vcpu *vcpu, struct run *run, struct out *why)
{
    if (run->round > 1 && guest->rebuild)
        guest->rebuild(site, vcpu);
    return guest->round ? guest->round(site, vcpu, run, why) : run_round(vcpu, run, why);
}

enum result_code guest_rounds(const struct guest *guest, const struct guest_site *site,
                              struct vcpu *vcpu, struct run *run)
{
    enum result_code code = RESULT_PASS;
    run->guest = guest->name;
    stats_begin(&vcpu->stats);
    for (run->round = 1; run->round <= site->options->repeat && code == RESULT_PASS; run->round++)
        code = one_round(guest, site, vcpu, run, result_why());
    stats_print(&vcpu->stats, &log_line);
    return code;
}
