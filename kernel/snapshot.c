/* The table of items to compare, and the comparison. */
#include "kernel/snapshot.h"

#include "kernel/cpu.h"
#include "kernel/log.h"
#include "kernel/msr.h"
#include "lib/bits.h"
#include "lib/fmt.h"

static uint64_t read_lasting_rflags(void)
{
    const uint64_t status = 0x8d5; /* CF, PF, AF, ZF, SF, OF: any instruction changes them */
    return read_rflags() & ~status;
}

static void write_ldtr(uint64_t value)
{
    load_ldtr((uint16_t)value);
}

static uint64_t read_gdtr_base(void)
{
    return read_gdtr().base;
}

static uint64_t read_gdtr_limit(void)
{
    return read_gdtr().limit;
}

static void write_gdtr_limit(uint64_t value)
{
    load_gdtr((struct table_register){(uint16_t)value, read_gdtr().base});
}

static uint64_t read_idtr_base(void)
{
    return read_idtr().base;
}

static uint64_t read_idtr_limit(void)
{
    return read_idtr().limit;
}

static void write_idtr_limit(uint64_t value)
{
    load_idtr((struct table_register){(uint16_t)value, read_idtr().base});
}

/* The items to compare. Those with a way to write are restored first, since VM exits change them.
 * For the others, VM exits load the right value, or no value: a difference is a bug to show. */
static const struct item {
    const char *name;
    uint64_t (*read)(void);
    uint16_t (*read_selector)(void);
    void (*write)(uint64_t value);
    uint32_t msr; /* instead of the functions; the processor may lack it */
    bool write_msr;
} items[] = {
    {"CR0", .read = read_cr0, .write = write_cr0},
    {"CR2", .read = read_cr2},
    {"CR3", .read = read_cr3},
    {"CR4", .read = read_cr4, .write = write_cr4},
    {"CR8", .read = read_cr8},
    {"DR0", .read = read_dr0},
    {"DR1", .read = read_dr1},
    {"DR2", .read = read_dr2},
    {"DR3", .read = read_dr3},
    {"DR6", .read = read_dr6},
    {"DR7", .read = read_dr7, .write = write_dr7},
    {"RFLAGS", .read = read_lasting_rflags, .write = write_rflags},
    {"CS", .read_selector = read_cs},
    {"SS", .read_selector = read_ss},
    {"DS", .read_selector = read_ds},
    {"ES", .read_selector = read_es},
    {"FS", .read_selector = read_fs},
    {"GS", .read_selector = read_gs},
    {"TR", .read_selector = read_tr},
    {"LDTR", .read_selector = read_ldtr, .write = write_ldtr},
    {"GDTR_BASE", .read = read_gdtr_base},
    {"GDTR_LIMIT", .read = read_gdtr_limit, .write = write_gdtr_limit},
    {"IDTR_BASE", .read = read_idtr_base},
    {"IDTR_LIMIT", .read = read_idtr_limit, .write = write_idtr_limit},
    {"IA32_DEBUGCTL", .msr = IA32_DEBUGCTL, .write_msr = true},
    {"IA32_SYSENTER_CS", .msr = IA32_SYSENTER_CS},
    {"IA32_SYSENTER_ESP", .msr = IA32_SYSENTER_ESP},
    {"IA32_SYSENTER_EIP", .msr = IA32_SYSENTER_EIP},
    {"IA32_PAT", .msr = IA32_PAT},
    {"IA32_EFER", .msr = IA32_EFER},
    {"IA32_FS_BASE", .msr = IA32_FS_BASE},
    {"IA32_GS_BASE", .msr = IA32_GS_BASE},
    {"IA32_KERNEL_GS_BASE", .msr = IA32_KERNEL_GS_BASE},
    {"IA32_STAR", .msr = IA32_STAR},
    {"IA32_LSTAR", .msr = IA32_LSTAR},
    {"IA32_CSTAR", .msr = IA32_CSTAR},
    {"IA32_FMASK", .msr = IA32_FMASK},
    {"IA32_PERF_GLOBAL_CTRL", .msr = IA32_PERF_GLOBAL_CTRL, .write_msr = true},
    {"IA32_BNDCFGS", .msr = IA32_BNDCFGS, .write_msr = true},
    {"IA32_UMWAIT_CONTROL", .msr = IA32_UMWAIT_CONTROL},
    {"IA32_XSS", .msr = IA32_XSS},
};
_Static_assert(ARRAY_COUNT(items) == SNAPSHOT_ITEMS, "a place for each item");

/* Returns false if the processor does not have the MSR. */
static bool read_item(const struct item *item, uint64_t *value)
{
    if (item->msr)
        return msr_try_read(item->msr, value);
    *value = item->read ? item->read() : item->read_selector();
    return true;
}

static void write_item(const struct item *item, uint64_t value)
{
    if (item->write_msr)
        msr_write(item->msr, value);
    else
        item->write(value);
}

void snapshot_take(struct snapshot *snapshot)
{
    for (unsigned i = 0; i < SNAPSHOT_ITEMS; i++)
        snapshot->known[i] = read_item(&items[i], &snapshot->value[i]);
}

/* Returns true if item i differs from before. *now: its present value. */
static bool differs(const struct snapshot *before, unsigned i, uint64_t *now)
{
    return before->known[i] && read_item(&items[i], now) && *now != before->value[i];
}

unsigned snapshot_restore(const struct snapshot *before)
{
    unsigned changed = 0;
    char names[256];
    struct out_buffer mended;
    uint64_t now;
    out_buffer_init(&mended, names, sizeof names);
    for (unsigned i = 0; i < SNAPSHOT_ITEMS; i++) {
        if ((items[i].write || items[i].write_msr) && differs(before, i, &now)) {
            write_item(&items[i], before->value[i]);
            fmt_print(&mended.out, "%s%s", mended.length == 0 ? "" : ",", items[i].name);
        }
    }
    for (unsigned i = 0; i < SNAPSHOT_ITEMS; i++) {
        if (!differs(before, i, &now))
            continue;
        struct line *line = log_begin("restore");
        line_name(line, "name", items[i].name);
        line_hex(line, "before", before->value[i]);
        line_hex(line, "after", now);
        line_end(line);
        changed++;
    }
    struct line *line = log_begin("restore");
    line_decimal(line, "changed", changed);
    line_name(line, "mended", mended.length == 0 ? "none" : names);
    line_end(line);
    return changed;
}
