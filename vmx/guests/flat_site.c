/* Builds the flat guest on this machine, from the loader's module. */
#include "kernel/result.h"
#include "lib/string.h"
#include "vmx/guests/flat.h"
#include "vmx/guests/guest.h"

/* Ends the machine unless the loader brought exactly one module, which fits the guest's memory. */
static void check_module(const struct guest_site *site, uint64_t memory_size)
{
    const struct range binary = {site->boot->module[0].start, site->boot->module[0].end};
    if (site->boot->module_count != 1) {
        finish(RESULT_COMMAND_LINE,
               "guest=flat needs one module, found %zu; load the guest with GRUB's module2",
               site->boot->module_count);
    }
    if (binary.start == binary.end || binary.end - binary.start > memory_size - GUEST_FLAT_CODE) {
        finish(RESULT_COMMAND_LINE,
               "guest=flat needs a module of 1 to %llu bytes, found %llu; give it memory with mem=",
               (unsigned long long)(memory_size - GUEST_FLAT_CODE),
               (unsigned long long)(binary.end - binary.start));
    }
}

static void fill(const struct guest_site *site, struct vcpu *vcpu)
{
    const struct range binary = {site->boot->module[0].start, site->boot->module[0].end};
    memset(vcpu->memory, 0, vcpu->memory_size);
    guest_flat_build(vcpu->memory, (enum guest_mode)site->options->mode, (const void *)binary.start,
                     binary.end - binary.start);
}

static enum pagetable_status build(struct guest_site *site, struct vcpu *vcpu)
{
    const uint64_t size = site->options->mem << 20;
    check_module(site, size);
    struct hpa pages = guest_site_pages(site, size / PAGE_SIZE);
    vcpu->memory = (uint8_t *)pages.value;
    vcpu->memory_size = size;
    fill(site, vcpu);
    guest_flat_state(vcpu->memory, site->options->mode, &vcpu->caps, &site->plan->guest);
    site->wishes = guest_flat_wishes(site->options->mode);
    return guest_flat_map(&site->ept, pages, size, (struct hpa){(uintptr_t)vcpu->apic_access},
                          site->types);
}

const struct guest guest_flat = {
    .name = "flat",
    .build = build,
    .rebuild = fill,
};
