/* The guest that the command line asks for. What it cannot be built from ends the machine with a
 * result line that says why. */
#ifndef VMX_GUESTS_SITE_H
#define VMX_GUESTS_SITE_H

#include <stdint.h>

#include "boot/multiboot2.h"
#include "ept/ept.h"
#include "kernel/memory.h"
#include "kernel/options.h"
#include "kernel/paging.h"
#include "vmx/control.h"
#include "vmx/exit/vcpu.h"
#include "vmx/plan.h"

struct guest_site {
    /* What there is. */
    const struct options *options;
    const struct boot_info *boot;
    struct memory *memory;
    struct memory_source *tables; /* pages for EPT */
    const struct memory_types *types;
    /* What is built: */
    struct ept ept;
    uint64_t ept_cycles; /* time-stamp cycles that it took, */
    struct control_wishes wishes;
    struct plan *plan; /* and of this the guest, its intercepts, and the EPT pointer */
};

/* Builds it, prints the `ept` line, and gives vcpu what it has to know of the guest's memory. */
void guest_site_build(struct guest_site *site, struct vcpu *vcpu);

/* As a later round is to find it, whatever the one before has done. */
void guest_site_build_again(const struct guest_site *site, struct vcpu *vcpu);

/* What the guest is called on the command line. */
const char *guest_site_name(const struct guest_site *site);

#endif
