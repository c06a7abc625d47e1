/* What is audited, and what its rules may know besides. Pure. */
#ifndef VMX_AUDIT_INPUT_H
#define VMX_AUDIT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/range.h"
#include "vmx/caps.h"
#include "vmx/image.h"

/* Where things are that the VMCS must not touch, in host-physical addresses; the host runs where
 * virtual is physical. */
struct audit_places {
    struct range text; /* the host's code */
    uint64_t vmcs;     /* the region of this VMCS */
    /* Memory in other use: the hypervisor's code, data, stacks and page tables, the guest's pages.
     */
    const struct range *taken;
    unsigned taken_count;
};

/* What is audited, and what the rules may know besides. */
struct audit_input {
    const struct vmcs_image *image;
    const struct vmx_caps *caps;
    /* Reads `size` bytes of host-physical memory that the VMCS points to; false where it cannot.
     * NULL where no memory is at hand: rules about what is in memory are then not asked. */
    bool (*read)(void *context, uint64_t address, void *bytes, size_t size);
    void *context;
    const struct audit_places *places; /* NULL where they are not known */
    bool without_warnings;             /* ask only what a processor checks */
};

#endif
