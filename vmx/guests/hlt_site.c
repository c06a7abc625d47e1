/* Taking memory for the HLT guest on this machine. */
#include "vmx/guests/hlt_site.h"

#include "lib/string.h"
#include "vmx/guests/guest.h"
#include "vmx/guests/hlt.h"

enum pagetable_status guest_hlt_take(struct guest_site *site, struct vcpu *vcpu)
{
    const uint64_t pages = site->options->pages;
    struct hpa system = guest_site_pages(site, GUEST_HLT_SYSTEM_PAGES);
    struct hpa code = guest_site_pages(site, pages);
    memset((void *)system.value, 0, GUEST_HLT_SYSTEM_PAGES * PAGE_SIZE);
    enum pagetable_status status = guest_hlt_build(&site->ept, system, code, pages, site->types);
    guest_hlt_state((const void *)system.value, &vcpu->caps, &site->plan->guest);
    site->wishes = (struct control_wishes){guest_hlt_wishes, guest_hlt_wish_count};
    return status;
}

const struct guest guest_hlt = {
    .name = "hlt",
    .hlt = HLT_COUNTED,
    .build = guest_hlt_take,
};
