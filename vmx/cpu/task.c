/* Emulates a task switch. */
#include "vmx/cpu/task.h"

#include "lib/bits.h"
#include "lib/x86.h"
#include "vmx/cpu/descriptor.h"
#include "vmx/cpu/linear.h"
#include "vmx/cpu/task_segment.h"
#include "vmx/cpu/tss.h"

enum { LINK_SIZE = 2 };

/* The two tasks of a switch. */
struct tasks {
    struct tss_layout from, to; /* layouts of the old and the new TSS */
    struct segment tss;         /* the new TSS */
    uint64_t old_at, at;        /* linear addresses of the descriptors of the old and the new TSS */
    bool nested;                /* the new task will return to the old one */
    bool leaves;                /* the old task becomes available: its TSS is no longer busy */
};

static struct tss_layout layout_of(const struct segment *tss)
{
    return (tss->access_rights & ACCESS_RIGHTS_TYPE) >= SEGMENT_TSS_32 ? tss_layout_32
                                                                       : tss_layout_16;
}

/* Finds both TSSs and their descriptors. */
static bool find(struct guest_cpu *cpu, const struct task_switch *task, struct tasks *tasks)
{
    uint64_t low;
    if (!guest_descriptor_find(cpu, task->selector, sizeof low, VECTOR_TS, &tasks->at) ||
        !guest_descriptor_find(cpu, cpu->tr.selector, sizeof low, VECTOR_TS, &tasks->old_at) ||
        !guest_linear_read(cpu, tasks->at, &low, sizeof low, GUEST_IMPLICIT))
        return false;
    tasks->tss = segment_decode(task->selector, low, 0);
    tasks->from = layout_of(&cpu->tr);
    tasks->to = layout_of(&tasks->tss);
    tasks->nested = task->source == TASK_CALL || task->source == TASK_GATE;
    tasks->leaves = task->source == TASK_JMP || task->source == TASK_IRET;
    if (cpu->tr.limit < tss_saved_end(&tasks->from) - 1)
        return guest_raise(cpu, VECTOR_TS, guest_selector_error(cpu->tr.selector));
    return true;
}

/* Checks that all memory that the switch reads and writes before the new task begins is accessible.
 * A fault here belongs to the old task (§7.3, step 5). */
static bool probe(struct guest_cpu *cpu, const struct task_switch *task, const struct tasks *tasks)
{
    const uint64_t saved = guest_linear_wrap(cpu, cpu->tr.base + tasks->from.begin);
    const size_t size = tss_saved_end(&tasks->from) - tasks->from.begin;
    const unsigned write = GUEST_IMPLICIT | GUEST_WRITE;
    if (!guest_linear_probe(cpu, tasks->tss.base, tasks->to.size, GUEST_IMPLICIT) ||
        (tasks->nested && !guest_linear_probe(cpu, tasks->tss.base, LINK_SIZE, write)) ||
        !guest_linear_probe(cpu, saved, size, write))
        return false;
    return (!tasks->leaves || guest_linear_probe(cpu, tasks->old_at, 8, write)) &&
           (task->source == TASK_IRET || guest_linear_probe(cpu, tasks->at, 8, write));
}

static bool set_busy(struct guest_cpu *cpu, uint64_t descriptor, bool busy)
{
    const uint64_t at = guest_linear_wrap(cpu, descriptor + DESCRIPTOR_TYPE_AT);
    uint8_t rights;
    if (!guest_linear_read(cpu, at, &rights, 1, GUEST_IMPLICIT))
        return false;
    rights = (uint8_t)(busy ? rights | SEGMENT_TSS_BUSY : rights & ~SEGMENT_TSS_BUSY);
    return guest_linear_write(cpu, at, &rights, 1, GUEST_IMPLICIT);
}

/* Saves the old task's state in its TSS. */
static bool save(struct guest_cpu *cpu, const struct tasks *tasks, enum task_source source)
{
    const struct tss_layout *layout = &tasks->from;
    const uint64_t at = guest_linear_wrap(cpu, cpu->tr.base + layout->begin);
    const size_t size = tss_saved_end(layout) - layout->begin;
    struct tss_image image;
    const uint64_t rflags = source == TASK_IRET ? cpu->rflags & ~RFLAGS_NT : cpu->rflags;
    if (!guest_linear_read(cpu, at, image.bytes + layout->begin, size, GUEST_IMPLICIT))
        return false;
    tss_save(layout, cpu, (uint32_t)rflags, &image);
    return guest_linear_write(cpu, at, image.bytes + layout->begin, size, GUEST_IMPLICIT);
}

/* Leaves the old task and reads the TSS of the new one. None of the accesses faults, because
 * probe() checked all of them. */
static bool leave(struct guest_cpu *cpu, const struct task_switch *task, const struct tasks *tasks,
                  struct tss_image *image)
{
    const uint16_t link = cpu->tr.selector;
    if (tasks->leaves && !set_busy(cpu, tasks->old_at, false))
        return false;
    if (!save(cpu, tasks, task->source))
        return false;
    if (tasks->nested &&
        !guest_linear_write(cpu, tasks->tss.base, &link, sizeof link, GUEST_IMPLICIT))
        return false;
    if (!guest_linear_read(cpu, tasks->tss.base, image->bytes, tasks->to.size, GUEST_IMPLICIT))
        return false;
    return task->source == TASK_IRET || set_busy(cpu, tasks->at, true);
}

/* Loads CR3 of the new task if paging is on. If its PDPTEs are invalid, the old CR3 and PDPTEs stay
 * in use. */
static bool load_cr3(struct guest_cpu *cpu, uint32_t cr3)
{
    if (!(cpu->crs.cr0 & CR0_PG) || cr3 == cpu->crs.cr3)
        return true;
    switch (guest_cr3_write(&cpu->cr_facts, &cpu->crs, cr3)) {
    case CR_WRITTEN:
        return true;
    case CR_NO_MEMORY:
        return guest_cannot_continue(cpu, "the CR3 of a task points outside the guest's memory");
    case CR_FAULT:
        break;
    }
    return guest_raise(cpu, VECTOR_TS, 0);
}

/* Pushes the error code on the new stack. `size`: 2 or 4 bytes, as wide as the TSS. */
static bool push(struct guest_cpu *cpu, uint32_t error, size_t size)
{
    const struct segment *ss = &cpu->segments[GUEST_SS];
    const uint64_t mask = ss->access_rights & ACCESS_RIGHTS_DB ? UINT32_MAX : UINT16_MAX;
    uint64_t *rsp = &cpu->general[GUEST_RSP_NUMBER];
    const uint64_t top = (*rsp - size) & mask;
    uint64_t linear;
    if (!guest_operand_linear(cpu, (struct guest_operand){GUEST_SS, top}, size, true, &linear) ||
        !guest_linear_write(cpu, linear, &error, size, GUEST_WRITE))
        return false;
    *rsp = (*rsp & ~mask) | top;
    return true;
}

/* Begins the new task. A fault from now on belongs to the new task. */
static bool begin(struct guest_cpu *cpu, const struct task_switch *task, const struct tasks *tasks,
                  const struct tss_image *image)
{
    const uint32_t cr3 = tss_cr3(&tasks->to, image, cpu);
    cpu->tr = tasks->tss;
    cpu->tr.access_rights |= SEGMENT_TSS_BUSY;
    cpu->crs.cr0 |= CR0_TS;
    cpu->dr7 &= ~DR7_LOCAL;
    tss_load(&tasks->to, image, cpu);
    if (tasks->nested)
        cpu->rflags |= RFLAGS_NT;
    task_segments_begin(cpu);
    if (!load_cr3(cpu, cr3) || !task_segments_load(cpu))
        return false;
    if (task->has_error && !push(cpu, task->error, tasks->to.unit))
        return false;
    if (cpu->rip > cpu->segments[GUEST_CS].limit)
        return guest_raise(cpu, VECTOR_GP, 0);
    return true;
}

enum task_outcome guest_task_switch(struct guest_cpu *cpu, const struct task_switch *task)
{
    struct tasks tasks;
    struct tss_image image;
    if (!find(cpu, task, &tasks) || !probe(cpu, task, &tasks) || !leave(cpu, task, &tasks, &image))
        return TASK_STAYS;
    if (!begin(cpu, task, &tasks, &image))
        return TASK_FAULTS;
    return tss_has_trap(&tasks.to, &image) ? TASK_TRAPS : TASK_RUNS;
}
