/* Before and after. */
#include "kernel/snapshot.h"

#include "kernel/cpu.h"
#include "kernel/log.h"
#include "kernel/msr.h"
#include "lib/fmt.h"

#define READ(name)                                                                                 \
    static bool get_##name(uint64_t *value)                                                        \
    {                                                                                              \
        *value = read_##name();                                                                    \
        return true;                                                                               \
    }
#define WRITE(name)                                                                                \
    static void set_##name(uint64_t value)                                                         \
    {                                                                                              \
        write_##name(value);                                                                       \
    }
#define READ_MSR(name)                                                                             \
    static bool get_##name(uint64_t *value)                                                        \
    {                                                                                              \
        return msr_try_read(name, value);                                                          \
    }
#define WRITE_MSR(name)                                                                            \
    static void set_##name(uint64_t value)                                                         \
    {                                                                                              \
        msr_write(name, value);                                                                    \
    }

READ(cr0)
READ(cr2)
READ(cr3)
READ(cr4)
READ(cr8)
READ(dr0)
READ(dr1)
READ(dr2)
READ(dr3)
READ(dr6)
READ(dr7)
READ(cs)
READ(ss)
READ(ds)
READ(es)
READ(fs)
READ(gs)
READ(tr)
READ(ldtr)
WRITE(cr0)
WRITE(cr4)
WRITE(dr7)
READ_MSR(IA32_DEBUGCTL)
READ_MSR(IA32_SYSENTER_CS)
READ_MSR(IA32_SYSENTER_ESP)
READ_MSR(IA32_SYSENTER_EIP)
READ_MSR(IA32_PAT)
READ_MSR(IA32_EFER)
READ_MSR(IA32_FS_BASE)
READ_MSR(IA32_GS_BASE)
READ_MSR(IA32_KERNEL_GS_BASE)
READ_MSR(IA32_STAR)
READ_MSR(IA32_LSTAR)
READ_MSR(IA32_CSTAR)
READ_MSR(IA32_FMASK)
READ_MSR(IA32_PERF_GLOBAL_CTRL)
READ_MSR(IA32_BNDCFGS)
READ_MSR(IA32_UMWAIT_CONTROL)
READ_MSR(IA32_XSS)
WRITE_MSR(IA32_DEBUGCTL)
WRITE_MSR(IA32_PERF_GLOBAL_CTRL)
WRITE_MSR(IA32_BNDCFGS)

static bool get_rflags(uint64_t *value)
{
    const uint64_t status = 0x8d5; /* CF, PF, AF, ZF, SF, OF: any instruction changes them */
    *value = read_rflags() & ~status;
    return true;
}

static void set_rflags(uint64_t value)
{
    write_rflags(value);
}

static void set_ldtr(uint64_t value)
{
    load_ldtr((uint16_t)value);
}

static bool get_gdtr_base(uint64_t *value)
{
    *value = read_gdtr().base;
    return true;
}

static bool get_gdtr_limit(uint64_t *value)
{
    *value = read_gdtr().limit;
    return true;
}

static bool get_idtr_base(uint64_t *value)
{
    *value = read_idtr().base;
    return true;
}

static bool get_idtr_limit(uint64_t *value)
{
    *value = read_idtr().limit;
    return true;
}

static void set_gdtr_limit(uint64_t value)
{
    load_gdtr((struct table_register){(uint16_t)value, read_gdtr().base});
}

static void set_idtr_limit(uint64_t value)
{
    load_idtr((struct table_register){(uint16_t)value, read_idtr().base});
}

#define set_keep NULL

static const struct item {
    const char *name;
    bool (*get)(uint64_t *value);
    void (*set)(uint64_t value);
} items[SNAPSHOT_ITEMS] = {
#define ITEM(name, read, write) {#name, get_##read, set_##write},
#include "kernel/snapshot.def"
#undef ITEM
};

void snapshot_take(struct snapshot *snapshot)
{
    for (unsigned i = 0; i < SNAPSHOT_ITEMS; i++)
        snapshot->known[i] = items[i].get(&snapshot->value[i]);
}

/* Whether item i differs from before; *now is its value. */
static bool differs(const struct snapshot *before, unsigned i, uint64_t *now)
{
    return before->known[i] && items[i].get(now) && *now != before->value[i];
}

unsigned snapshot_restore(const struct snapshot *before)
{
    unsigned changed = 0;
    char names[256];
    struct out_buffer mended;
    uint64_t now;
    out_buffer_init(&mended, names, sizeof names);
    for (unsigned i = 0; i < SNAPSHOT_ITEMS; i++) {
        if (items[i].set && differs(before, i, &now)) {
            items[i].set(before->value[i]);
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
