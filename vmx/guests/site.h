/* The parts of this machine that a guest is built from, and the parts that are built. */
#ifndef VMX_GUESTS_SITE_H
#define VMX_GUESTS_SITE_H

#include <stdint.h>

#include "boot/multiboot2.h"
#include "ept/ept.h"
#include "kernel/memory.h"
#include "kernel/options.h"
#include "lib/address.h"
#include "lib/pagetable.h"
#include "vmx/control.h"
#include "vmx/plan.h"

struct guest_site {
    /* Given: */
    const struct options *options;
    const struct boot_info *boot;
    struct memory *memory;
    struct page_source *tables; /* pages for EPT */
    const struct memory_types *types;
    /* Built: */
    struct ept ept;
    uint64_t ept_cycles; /* time-stamp cycles that building it took */
    struct control_wishes wishes;
    struct plan *plan; /* guest state, intercepts and EPT pointer */
};

/* Takes `count` consecutive pages for the guest's memory, which the kernel's page tables map, too.
 * If there are none, ends the machine with a result line that says so. */
struct hpa guest_site_pages(const struct guest_site *site, uint64_t count);

#endif
