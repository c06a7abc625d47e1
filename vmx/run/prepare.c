/* Filling in host state, regions, and the stack for VM exits. */
#include "vmx/run/prepare.h"

#include "kernel/cpu.h"
#include "kernel/msr.h"
#include "kernel/options.h"
#include "lib/fmt.h"
#include "lib/string.h"
#include "vmx/bitmaps.h"
#include "vmx/entry.h"
#include "vmx/exit/at_once.h"
#include "vmx/override.h"
#include "vmx/vmcs.h"

/* Returns TR's base, which can only be read from its descriptor. */
static uint64_t task_base(struct table_register gdtr, uint16_t tr)
{
    struct segment segment;
    return segment_split((const void *)gdtr.base, gdtr.limit, tr, &segment) ? segment.base : 0;
}

/* Returns 0 if the processor does not have the MSR. */
static uint64_t msr_or_zero(uint32_t msr)
{
    uint64_t value = 0;
    (void)msr_try_read(msr, &value);
    return value;
}

/* Returns the state for a VM exit to load: the processor's present state, except RSP and RIP. */
static struct host_state host_state_now(uint64_t rsp)
{
    const struct table_register gdtr = read_gdtr();
    return (struct host_state){
#define HOST(field, member, now) .member = (now),
#include "vmx/host_state.def"
#undef HOST
    };
}

static void fill_regions(struct vcpu *vcpu, const struct intercepts *intercepts,
                         struct regions *regions)
{
    enum { ZERO = 0, ONES = 0xff };
    const int INTERCEPTS = intercepts->others ? ONES : ZERO;
#define REGION(field, name, fill)                                                                  \
    memset(vcpu->name, fill, sizeof vcpu->name);                                                   \
    regions->name = hpa_of(vcpu->name);
#include "vmx/regions.def"
#undef REGION
}

void prepare_image(struct vcpu *vcpu, struct plan *plan, uint64_t exit_rsp)
{
    struct vcpu_context *context = &vcpu->context;
    context->at_once = vcpu->ring.at != NULL ? exit_at_once_recorded : exit_at_once;
    context->exit_stack = exit_rsp - 16;
    *(uint64_t *)context->exit_stack = (uintptr_t)&context->registers.r11;
    fill_regions(vcpu, &plan->intercepts, &plan->regions);
    bitmaps_grant(&vcpu->options->grants, vcpu->io_bitmap_a, vcpu->msr_bitmap);
    plan->host = host_state_now((uintptr_t)(&context->registers + 1));
    plan_write(plan, &vcpu->caps, &vcpu->image);
}

bool prepare_allows_memory(const struct vmcs_image *image, struct range scratch, struct out *why)
{
    for (unsigned i = 0; i < image->memory_count; i++) {
        uint64_t address = image->memory[i].address;
        if (address >= scratch.start && address < scratch.end)
            continue;
        if (scratch.start == scratch.end) {
            fmt_print(
                why,
                "memory.<address>= needs memory from 0x2000 to 0x5fff, found it in use on this "
                "machine; remove the memory.<address>= words");
        } else {
            fmt_print(why, "memory.<address>= needs an address from 0x%llx to 0x%llx, found 0x%llx",
                      (unsigned long long)scratch.start, (unsigned long long)scratch.end - 1,
                      (unsigned long long)address);
        }
        return false;
    }
    return true;
}

bool prepare_changes(struct vcpu *vcpu, struct range scratch, struct out *why)
{
    const struct text *words = vcpu->options->override;
    for (unsigned i = 0; i < vcpu->options->override_count; i++) {
        if (!override_apply(words[i], &vcpu->image, why)) {
            fmt_print(why, "; on the command line: %.*s", (int)words[i].length, words[i].at);
            return false;
        }
    }
    return prepare_allows_memory(&vcpu->image, scratch, why);
}

bool prepare_vmcs(struct vcpu *vcpu, struct out *why)
{
    for (unsigned i = 0; i < vcpu->image.memory_count; i++)
        *(uint64_t *)vcpu->image.memory[i].address = vcpu->image.memory[i].value;
    uint32_t revision = (uint32_t)caps_bits(&vcpu->caps, IA32_VMX_BASIC_REVISION);
    vcpu->launched = false;
    return vmcs_make_current(hpa_of(vcpu->vmcs_region), revision, why) &&
           vmcs_apply(&vcpu->image, why);
}
