/* The current VMCS of this processor: from image to processor and back (SDM Vol 3C, chapter 24). */
#ifndef VMX_VMCS_H
#define VMX_VMCS_H

#include <stdbool.h>

#include "lib/out.h"
#include "vmx/image.h"
#include "vmx/instructions.h"

/* Makes the region at `address` (a page) the current, clear VMCS: revision identifier, VMCLEAR,
 * VMPTRLD. Where an instruction fails, says which on why and returns false. */
bool vmcs_make_current(struct hpa region, uint32_t revision, struct out *why);

/* Writes every known field that is not read-only. At the first VMWRITE that fails, says which
 * field, value and error on why and returns false. */
bool vmcs_apply(const struct vmcs_image *image, struct out *why);

/* Reads every field that the processor has, the VM-exit information included. */
void vmcs_capture(const struct vmx_caps *caps, struct vmcs_image *image);

/* VMREAD of a field that exists; a failure is a bug and panics with the field's name. */
static inline uint64_t vmcs_read(struct vmcs_field field);
/* VMWRITE of a field that exists, likewise. */
static inline void vmcs_write(struct vmcs_field field, uint64_t value);

/* The same for a field that every processor has, while a VMCS is current, as it is after each VM
 * exit: these cannot fail (SDM Vol 3C §30.3 "VMREAD", "VMWRITE"). */
static inline uint64_t vmcs_read_any(struct vmcs_field field)
{
    return vmread_succeeding(field);
}
static inline void vmcs_write_any(struct vmcs_field field, uint64_t value)
{
    vmwrite_succeeding(field, value);
}

_Noreturn void vmcs_access_failed(struct vmcs_field field, enum vmx_status status);

static inline uint64_t vmcs_read(struct vmcs_field field)
{
    uint64_t value;
    enum vmx_status status = vmread(field, &value);
    if (__builtin_expect(status != VMX_SUCCEED, 0))
        vmcs_access_failed(field, status);
    return value;
}

static inline void vmcs_write(struct vmcs_field field, uint64_t value)
{
    enum vmx_status status = vmwrite(field, value);
    if (__builtin_expect(status != VMX_SUCCEED, 0))
        vmcs_access_failed(field, status);
}

#endif
