/* The input of the audit: the VMCS image, and what else the rules may use. Pure. */
#ifndef VMX_AUDIT_INPUT_H
#define VMX_AUDIT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/range.h"
#include "vmx/caps.h"
#include "vmx/image.h"

/* Memory that the structures of the VMCS must not overlap, in host-physical addresses. The host
 * maps its own memory one to one, so its linear addresses are the same. */
struct audit_places {
    struct range text; /* the host's code */
    uint64_t vmcs;     /* the region of this VMCS */
    /* The hypervisor's code, data, stacks and page tables, and the guest's pages. */
    const struct range *taken;
    unsigned taken_count;
};

struct audit_input {
    const struct vmcs_image *image;
    const struct vmx_caps *caps;
    /* Reads `size` bytes of host-physical memory at `address`. Returns false if it cannot. NULL if
     * there is no memory to read: the audit then does not ask the rules that read memory. */
    bool (*read)(void *context, uint64_t address, void *bytes, size_t size);
    void *context;
    const struct audit_places *places; /* NULL if they are not known */
    bool without_warnings;             /* ask only the rules that a processor checks */
};

#endif
